using System.Text.Json;
using Skale.Servers;

namespace Skale.EventStore.Tests;

/// <summary>A real process writes, is killed by SIGKILL at a random moment, and the log is looked at. The seed is in the name of each case.</summary>
public sealed class CrashTests(PostgresFixture postgres)
{
    private const int Rounds = 10;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(1)]
    public async Task a_killed_journal_writer_loses_nothing_acknowledged_and_leaves_no_half_batch(int seed) => await KillRepeatedly(new JournalPlace(), seed);

    [Theory]
    [InlineData(2)]
    public async Task a_killed_postgres_writer_loses_nothing_acknowledged_and_leaves_no_half_batch(int seed) => await KillRepeatedly(await postgres.NewPlace(), seed);

    private static async Task KillRepeatedly(LogPlace place, int seed)
    {
        var random = new Random(seed);
        for (var round = 1; round <= Rounds; round++)
        {
            await using var writer = ServerProcess.Start(Path.Combine(AppContext.BaseDirectory, "Skale.EventStore.Tests"), ["write", place.Address, $"{(seed * 1000) + round}"]);
            var acknowledged = random.Next(1, 100);
            await Wait.Until($"{acknowledged} acknowledged batches in round {round}", () => Stored(writer).Count() >= acknowledged || writer.HasExited, Patience);
            Assert.False(writer.HasExited, writer.Output);
            await writer.Kill();

            await using (var reader = await place.OpenReader())
            {
                AssertWhole(await reader.ReadAll().All());
            }

            await using var log = await place.OpenWriter();
            var events = await log.ReadAll().All();
            AssertWhole(events);
            Assert.All(Stored(writer), s => Assert.Equal((s.Stream, s.Version), (events[(int)s.Position - 1].Stream, events[(int)s.Position - 1].Version)));
        }
    }

    private static IEnumerable<(string Stream, long Version, long Position)> Stored(ServerProcess writer) =>
        writer.Output.Split('\n').Select(line => line.Split(' ')).Where(words => words is ["stored", _, _, _]).SkipLast(1)
            .Select(words => (words[1], long.Parse(words[2]), long.Parse(words[3])));

    private static void AssertWhole(List<StoredEvent> events)
    {
        Assert.Equal(Enumerable.Range(1, events.Count).Select(i => (long)i), events.Select(e => e.Position));
        Assert.All(events.GroupBy(e => e.Stream), stream => Assert.Equal(Enumerable.Range(1, stream.Count()).Select(i => (long)i), stream.Select(e => e.Version)));
        var batches = events.Select(e => JsonElement.Parse(e.Data.Span)).Select(data => (Batch: data.GetProperty("Batch").GetString(), Size: data.GetProperty("Size").GetInt32()));
        Assert.All(batches.GroupBy(b => b.Batch), batch => Assert.Equal(batch.First().Size, batch.Count()));
    }
}
