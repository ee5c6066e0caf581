using System.Globalization;
using System.Text.Json;
using Skale.Contracts;
using Skale.EventStore;
using Skale.Hosting;
using Skale.Scheduler.Domain;
using Skale.Servers;

namespace Skale.Scheduler.Tests;

/// <summary>The scheduler's log decided again from its recorded inputs. <c>SKALE_SEED=17</c> runs that seed alone.</summary>
public sealed class ReplayTests
{
    private const int Seeds = 12, Steps = 250, StepsInPostgres = 600;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public Task what_is_stored_of_random_inputs_is_decided_again_as_it_was() => ForEverySeed(async (seed, log) =>
    {
        var result = await Replay.Run(SchedulerSetup.Definition, log, cancellation: Cancellation);
        Assert.True(result.Difference is null, Text(result.Difference));
        Assert.Equal(await log.Head(Cancellation), result.Events);
        Assert.InRange(result.Inputs, Steps / 4, result.Events - 1);
    });

    [Fact]
    public async Task a_rule_that_places_otherwise_is_found_at_the_first_group_it_changes()
    {
        var found = 0;
        await ForEverySeed(async (seed, log) =>
        {
            var stored = await log.ReadAll(0, Cancellation).ToListAsync(Cancellation);
            var first = stored.Find(e => e.Type == "group_chosen" && StoredEvents.Types.Deserialize(e) is GroupChosen { Evidence.Strategy: "uniform", Group.Count: > 1 });
            var result = await Replay.Run(SchedulerSetup.Definition with { Decider = new BackToFront() }, log, cancellation: Cancellation);
            Assert.Equal((first?.Position, first is null ? null : "not alike: data.Group"), (result.Difference?.Position, result.Difference?.Reason));
            found += first is null ? 0 : 1;
        });
        Assert.NotEqual(0, found);
    }

    [Fact]
    public async Task a_log_in_postgresql_is_decided_as_it_was()
    {
        var seed = SeedFromOutside() ?? Random.Shared.Next();
        TestContext.Current.SendDiagnosticMessage("SKALE_SEED={0}", seed);
        await using var server = await PostgresServer.Start();
        var database = await server.NewDatabase();
        await PostgresSchema.Migrate(database.Owner, SchedulerSetup.Name, PostgresServer.ServiceRole, PostgresServer.ReaderRole, Cancellation);
        await using (var log = await PostgresLog.Open(database.Service, SchedulerSetup.Name, cancellation: Cancellation))
        {
            await WrittenHistory.Write(log, seed, StepsInPostgres);
        }

        await using var reader = await PostgresLog.OpenReader(database.Reader, SchedulerSetup.Name, cancellation: Cancellation);
        var result = await Replay.Run(SchedulerSetup.Definition, reader, cancellation: Cancellation);
        Assert.True(result.Difference is null, $"SKALE_SEED={seed}: {Text(result.Difference)}");
        Assert.Equal(await reader.Head(Cancellation), result.Events);
    }

    private static async Task ForEverySeed(Func<int, IEventLog, Task> check)
    {
        foreach (var seed in SeedFromOutside() is { } only ? [only] : Enumerable.Range(1, Seeds))
        {
            var folder = Repository.NewFolder("replay");
            try
            {
                await using var log = JournalLog.Open(folder, SchedulerSetup.Name);
                await WrittenHistory.Write(log, seed, Steps);
                await check(seed, log);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Seed {seed} (run it alone with SKALE_SEED={seed}): {e.Message}", e);
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private static int? SeedFromOutside() => Environment.GetEnvironmentVariable("SKALE_SEED") is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    private static string Text(ReplayDifference? d) => d is null ? "" : $"position {d.Position}: {d.Reason}\nhistory {Data(d.History?.Data)}\nnow     {Data(d.Now?.Data)}";

    private static string Data(ReadOnlyMemory<byte>? data) => data is { } json ? JsonElement.Parse(json.Span).ToString() : "nothing";

    /// <summary>Another version of the rules: the same nodes in the other order.</summary>
    private sealed class BackToFront : IDecider<Network>
    {
        private readonly NetworkDecider rules = new();

        public Network Initial() => rules.Initial();

        public void Evolve(Network state, object stored) => rules.Evolve(state, stored);

        public IReadOnlyList<object> Decide(Network state, object input, DateTimeOffset now) => rules.Decide(state, input, now);

        public IReadOnlyList<object> Next(Network state, DateTimeOffset now) =>
            [.. rules.Next(state, now).Select(e => e is GroupChosen { Evidence.Strategy: "uniform" } chosen ? chosen with { Group = [.. chosen.Group.Reverse()] } : e)];

        public string StreamOf(object stored) => rules.StreamOf(stored);
    }
}
