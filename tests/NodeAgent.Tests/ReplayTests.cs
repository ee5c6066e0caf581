using System.Globalization;
using Skale.Contracts;
using Skale.EventStore;
using Skale.Hosting;
using Skale.NodeAgent.Domain;
using Skale.Servers;

namespace Skale.NodeAgent.Tests;

/// <summary>An agent's log keeps no observations; what they led to tells enough to decide them again. <c>SKALE_SEED=17</c> runs that seed alone.</summary>
public sealed class ReplayTests
{
    private const int Seeds = 8, Steps = 250;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task what_is_stored_of_random_orders_and_observations_is_decided_again_as_it_was()
    {
        var only = Environment.GetEnvironmentVariable("SKALE_SEED");
        var types = new HashSet<string>();
        foreach (var seed in only is null ? Enumerable.Range(1, Seeds) : [int.Parse(only, CultureInfo.InvariantCulture)])
        {
            var folder = Repository.NewFolder("agent-replay");
            await using (var log = JournalLog.Open(folder, NodeAgentSetup.NameOf(Some.Node)))
            {
                await Write(log, seed);
                var result = await Replay.Run(NodeAgentSetup.DefinitionOf(Some.Node), log, cancellation: Cancellation);
                Assert.True(result.Difference is null, $"SKALE_SEED={seed}: position {result.Difference?.Position}: {result.Difference?.Reason}");
                Assert.Equal(await log.Head(Cancellation), result.Events);
                types.UnionWith(await log.ReadAll(0, Cancellation).Select(e => e.Type).ToListAsync(Cancellation));
            }

            Directory.Delete(folder, recursive: true);
        }

        Assert.True(only is not null || types.SetEquals(StoredEvents.Types.Aliases), $"Never stored: {string.Join(", ", StoredEvents.Types.Aliases.Except(types))}");
    }

    private static async Task Write(JournalLog log, int seed)
    {
        var (random, time) = (new Random(seed), new SteppedTime());
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var writer = new LogWriter<Assignment>(NodeAgentSetup.DefinitionOf(Some.Node), time, _ => { });
        await writer.Load(log, stopping.Token);
        var running = writer.Run(stopping.Token);
        for (var step = 0; step < Steps; step++)
        {
            time.Now += TimeSpan.FromSeconds(random.Next(4)) + TimeSpan.FromTicks(random.Next(100));
            var input = await writer.Read(a => Draw(a, random, time.Now)).WaitAsync(Cancellation);
            var isObservation = input is SubnodeAnswers or SubnodeFails or SubnodeGone;
            await writer.Submit(new Input(input, EventId.Of($"{seed}/{step}"), null, isObservation ? EventId.Of("order") : null)).WaitAsync(Cancellation);
        }

        await stopping.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static object Draw(Assignment a, Random random, DateTimeOffset now)
    {
        var chain = $"chain{random.Next(4)}";
        var next = a.Generation + (random.Next(5) == 0 ? random.Next(4) : 1);
        var generation = a.Subnodes.GetValueOrDefault(new ChainName(chain))?.Generation ?? 1;
        return random.Next(16) switch
        {
            < 3 => Some.Start(chain, next),
            < 5 => Some.Remove(chain, next),
            5 => Some.Assign(a.Generation + random.Next(2), random.Next(2) == 0 ? a.Subnodes.Values : [], [.. a.Removals.Keys.Select(c => c.Value)]),
            6 => new AgentStarted(Some.Machine),
            7 => new SubnodeFails(new ChainName(chain), generation, $"reason {random.Next(2)}"),
            8 => new SubnodeGone(new ChainName(chain), a.Removals.GetValueOrDefault(new ChainName(chain))),
            9 => new AssignmentOverdue(now),
            10 => Allowed(a, new WipeData(new ChainName(chain), generation)),
            11 => Allowed(a, new RestoreData(new ChainName(chain), generation, new DataBackup(Some.Node, 1, Some.Image, 1, 1, $"{random.Next(2)}", Some.Time))),
            12 => random.Next(2) == 0 ? new DataIsWiped(new ChainName(chain), generation) : new DataIsRestored(new ChainName(chain), generation),
            13 => random.Next(2) == 0 ? new ReplacedDataIsGone(new ChainName(chain), generation) : new BackupIsTaken(new ChainName(chain), generation, new DataBackup(Some.Node, 1, Some.Image, 1, 1, "0", Some.Time)),
            _ => Some.Answers(chain, generation, $"container {random.Next(2)}"),
        };
    }

    /// <summary>What is refused leaves nothing to replay.</summary>
    private static object Allowed(Assignment a, IDataInput order) =>
        a.Subnodes.ContainsKey(order.Chain) && (order is WipeData || !a.Repairs.ContainsKey(order.Chain)) ? order : new AgentStarted(Some.Machine);

    private sealed class SteppedTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = Some.Time;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
