using Skale.EventStore;

namespace Skale.Hosting.Tests;

/// <summary>Many messages on their way, of which only the oldest is ever done with.</summary>
public sealed class PublishWindowTests
{
    private readonly PublishWindow window = new(TimeProvider.System);

    [Fact]
    public async Task what_is_confirmed_out_of_turn_waits_for_those_before_it()
    {
        var sent = Sent(3);
        sent[2].SetResult();
        sent[1].SetResult();
        Assert.False(window.IsDue);
        sent[0].SetResult();
        foreach (var position in (long[])[1, 2, 3])
        {
            Assert.True(window.IsDue);
            Assert.Equal(position, (await window.Settle()).Position);
        }

        Assert.Null(window.Oldest);
    }

    [Fact]
    public async Task behind_one_that_failed_nothing_is_done_with()
    {
        var sent = Sent(3);
        sent[0].SetResult();
        sent[1].SetException(new InvalidOperationException("no queue"));
        sent[2].SetResult();
        Assert.Equal(1, (await window.Settle()).Position);
        await Assert.ThrowsAsync<InvalidOperationException>(window.Settle);
        Assert.Equal(2, window.Oldest!.Position);
    }

    [Fact]
    public async Task nothing_is_forgotten_while_something_may_still_happen_to_it()
    {
        var sent = Sent(2);
        sent[0].SetException(new InvalidOperationException("no queue"));
        var abandoned = window.Abandon();
        Assert.False(abandoned.IsCompleted);
        sent[1].SetResult();
        await abandoned;
        Assert.Null(window.Oldest);
    }

    [Fact]
    public void a_full_window_waits_for_its_oldest()
    {
        Sent(99);
        Assert.False(window.IsDue);
        Sent(1);
        Assert.True(window.IsDue);
    }

    [Fact]
    public async Task what_is_not_confirmed_in_time_stops_the_line()
    {
        var clock = new LateClock();
        var late = new PublishWindow(clock);
        late.Add(new StoredEvent(1, Guid.NewGuid(), "tally", 1, "counted", default, DateTimeOffset.UnixEpoch, null, null), new TaskCompletionSource().Task);
        clock.Late = TimeSpan.FromSeconds(16);
        Assert.Equal("The broker has not confirmed the message within 15 s.", (await Assert.ThrowsAsync<TimeoutException>(late.Settle)).Message);
        Assert.Equal(1, late.Oldest!.Position);
    }

    private TaskCompletionSource[] Sent(int count)
    {
        var sent = Enumerable.Range(0, count).Select(_ => new TaskCompletionSource()).ToArray();
        foreach (var (index, confirmed) in sent.Index())
        {
            window.Add(new StoredEvent(index + 1, Guid.NewGuid(), "tally", index + 1, "counted", default, DateTimeOffset.UnixEpoch, null, null), confirmed.Task);
        }

        return sent;
    }

    private sealed class LateClock : TimeProvider
    {
        public TimeSpan Late { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Late.Ticks;
    }
}
