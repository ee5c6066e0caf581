using System.Runtime.CompilerServices;
using Skale.EventStore;
using static Skale.Hosting.Tests.TallyDecider;

namespace Skale.Hosting.Tests;

/// <summary>A replay holds the state and one decision, not the log.</summary>
public sealed class ReplayMemoryTests
{
    private const int Events = 200_000, Warm = 20_000;

    /// <summary>An event in memory takes more than 200 bytes: a list of those between the two looks would be 36 MB. The rest is for the tests that run beside this one.</summary>
    private const long MostGrowthBytes = 16 << 20;

    [Fact]
    public async Task memory_does_not_grow_with_the_log()
    {
        var (early, late) = (0L, 0L);
        await using var log = new EndlessChimes();
        var result = await Replay.Run(Definition(), log, position => (early, late) = position switch
        {
            Warm => (GC.GetTotalMemory(forceFullCollection: true), late),
            Events => (early, GC.GetTotalMemory(forceFullCollection: true)),
            _ => (early, late),
        }, TestContext.Current.CancellationToken);
        Assert.Equal(new ReplayResult(Events, Events, null), result);
        Assert.True(late - early < MostGrowthBytes, $"{early} bytes at event {Warm}, {late} at event {Events}.");
    }

    /// <summary>As many inputs as wanted, none of which the state remembers.</summary>
    private sealed class EndlessChimes : IEventLog
    {
        public string Name => "tally";

        public ILogEvidence Evidence => throw new NotSupportedException();

        public async IAsyncEnumerable<StoredEvent> ReadAll(long afterPosition = 0, [EnumeratorCancellation] CancellationToken cancellation = default)
        {
            for (var position = afterPosition + 1; position <= Events; position++)
            {
                var cause = EventId.Of($"chime {position}");
                var (type, data) = Types.Serialize(new Chimed($"{position}"));
                yield return new StoredEvent(position, EventId.Of(Name, cause, 0), "tally", position, type, data, DateTimeOffset.UnixEpoch, cause, cause);
                if (position % 1000 == 0)
                {
                    await Task.Yield();
                }
            }
        }

        public IAsyncEnumerable<StoredEvent> ReadStream(string stream, long afterVersion = 0, CancellationToken cancellation = default) => throw new NotSupportedException();

        public Task<long> Append(IReadOnlyList<NewEvent> events, CancellationToken cancellation = default) => throw new NotSupportedException();

        public Task<long> Head(CancellationToken cancellation = default) => Task.FromResult<long>(Events);

        public Task WaitForAppend(long afterPosition, TimeSpan atMost, CancellationToken cancellation = default) => throw new NotSupportedException();

        public Task<long> LoadCheckpoint(string reader, CancellationToken cancellation = default) => throw new NotSupportedException();

        public Task SaveCheckpoint(string reader, long position, CancellationToken cancellation = default) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
