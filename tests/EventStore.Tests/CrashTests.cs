using Skale.Servers;

namespace Skale.EventStore.Tests;

/// <summary>A real process writes, is killed by SIGKILL at a random moment, and the log is looked at. The seed is in the name of each case.</summary>
public sealed class CrashTests(PostgresFixture postgres)
{
    private const int Lanes = 4, RoundsOfLane = 50;

    [Theory]
    [InlineData(1)]
    public Task a_journal_writer_killed_200_times_loses_nothing_acknowledged_and_leaves_no_half_batch(int seed) =>
        InLanes(seed, () => Task.FromResult<LogPlace>(new JournalPlace()));

    [Theory]
    [InlineData(2)]
    public Task a_postgres_writer_killed_200_times_loses_nothing_acknowledged_and_leaves_no_half_batch(int seed) =>
        InLanes(seed, async () => await postgres.NewPlace());

    /// <summary>Several logs side by side: a round is mostly waiting for a process to start.</summary>
    private static Task InLanes(int seed, Func<Task<LogPlace>> newPlace) => Task.WhenAll(Enumerable.Range(0, Lanes).Select(lane => Task.Run(async () =>
    {
        var (place, random, history) = (await newPlace(), new Random((seed * Lanes) + lane), new HistoryCheck());
        for (var round = 1; round <= RoundsOfLane; round++)
        {
            var output = await WriteUntilKilled(place, random, killAtOpening: round % 5 == 0);

            // What a reader sees is whole before the next writer repairs anything, and stays.
            await using (var reader = await place.OpenReader())
            {
                await history.Follow(reader);
            }

            await using var log = await place.OpenWriter();
            await history.Follow(log);
            Assert.All(CrashingWriter.Acknowledged(output), s => history.AssertHolds(s.Stream, s.Version, s.Position));
        }

        await using var end = await place.OpenReader();
        var again = new HistoryCheck();
        await again.Follow(end);
        Assert.Equal(history.Position, again.Position);
        Assert.True(history.Position > RoundsOfLane, $"Only {history.Position} events in {RoundsOfLane} rounds.");
    })));

    private static async Task<string> WriteUntilKilled(LogPlace place, Random random, bool killAtOpening)
    {
        await using var writer = ServerProcess.Start(
            Path.Combine(AppContext.BaseDirectory, "Skale.EventStore.Tests"), ["write", place.Address, $"{random.Next(1_000_000)}"], Quick);
        var acknowledged = random.Next(1, 40);
        await Wait.Until(
            $"the writer of {place.Address} to get on",
            () => writer.HasExited || (killAtOpening ? writer.Output.Contains(CrashingWriter.Opening, StringComparison.Ordinal) : CrashingWriter.Acknowledged(writer.Output).Count() >= acknowledged),
            Wait.Patience);
        await Wait.For(TimeSpan.FromMilliseconds(random.NextDouble() * (killAtOpening ? 100 : 5)), "a moment that nothing determines");
        Assert.False(writer.HasExited, writer.Output);
        await writer.Kill();
        return writer.Output;
    }

    /// <summary>The victim lives too short for its code to be worth optimising.</summary>
    private static readonly Dictionary<string, string> Quick = new() { ["DOTNET_TieredPGO"] = "0" };
}
