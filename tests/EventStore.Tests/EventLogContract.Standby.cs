namespace Skale.EventStore.Tests;

public abstract partial class EventLogContract
{
    [Fact]
    public async Task a_log_is_written_in_turn_and_read_meanwhile()
    {
        var place = await NewPlace();
        await using var standby = await place.OpenStandby();
        await using (var first = await place.OpenStandby())
        {
            await first.BeginWriting();
            await first.Append([Some.Event("a", 1)]);

            var held = await Assert.ThrowsAnyAsync<LogHeldException>(() => standby.BeginWriting());
            Assert.Contains($"process {Environment.ProcessId}", held.Message, StringComparison.Ordinal);
            Assert.Equal(["1:a/1"], await standby.ReadAll().Names());
            await first.Append([Some.Event("a", 2)]);
            Assert.False(first.Ended.IsCompleted);
        }

        await Assert.ThrowsAsync<InvalidOperationException>(() => standby.Append([Some.Event("a", 3)]));
        await standby.BeginWriting();
        Assert.Equal(3, await standby.Append([Some.Event("a", 3)]));
        Assert.Equal(["1:a/1", "2:a/2", "3:a/3"], await standby.ReadAll().Names());
    }
}
