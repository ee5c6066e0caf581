using System.Globalization;
using Skale.Contracts;
using Skale.Scheduler.Domain;
using Skale.Servers;

namespace Skale.Scheduler.Tests.Simulation;

/// <summary>
/// All deciders together. <c>SKALE_SEEDS=10000</c> runs that many, <c>SKALE_SEED=17</c> that one; a failure prints the shortest history that was found to fail alike.
/// </summary>
public sealed class SimulationTests
{
    private const int Steps = 400;
    private static readonly int SeedCount = int.Parse(Environment.GetEnvironmentVariable("SKALE_SEEDS") ?? "300", CultureInfo.InvariantCulture);

    /// <summary>What the actions never lead to is not tested by them.</summary>
    [Fact]
    public void the_simulation_reaches_what_matters()
    {
        var recorded = Seeds.UpTo(60).Select(seed => World(seed).Recorded).ToArray();
        var seen = recorded.SelectMany(r => r).Select(e => e.GetType()).ToHashSet();
        Type[] wanted =
        [
            typeof(FactsRetracted), typeof(FactGapSeen), typeof(PurchaseUndone), typeof(ChainDeleted), typeof(CreationDeferred), typeof(CreationCompleted), typeof(ServiceDegraded),
            typeof(RemovalCompleted), typeof(NodeLost), typeof(NodeReturned), typeof(MemberOverdue), typeof(ReplacementStarted), typeof(ReplacementCompleted), typeof(ReplacementFailed), typeof(ReplacementDeferred),
            typeof(RotationQueued), typeof(DrainStarted), typeof(DrainCompleted), typeof(ChainResized), typeof(SlicesResized), typeof(LimitsOrdered), typeof(RequestRefused), typeof(SubnodeFailed),
            typeof(ContractGroupUnknown), typeof(NodeExitCompleted), typeof(ImageChangeStarted), typeof(ImageChangeFailed), typeof(ImageChangeCompleted), typeof(ImageChangeRolledBack),
        ];
        Assert.Empty(wanted.Except(seen).Select(t => t.Name));
        Assert.Contains(recorded.SelectMany(r => r), e => e is ReplacementStarted { Reason: ReplacementReason.ContractRotation });
        Assert.Contains(recorded, log => log.OfType<FactsRetracted>().Any(r => log.OfType<ChainRotated>().Any(x => r.Numbers.Contains(x.Origin.Number))));
    }

    [Fact]
    public void whatever_happens_the_invariants_hold_and_afterwards_agents_run_exactly_what_is_ordered() => Seeds.ForEach(SeedCount, seed =>
    {
        var actions = Actions(seed);
        if (SimShrink.Fault(actions, out _) is { } fault)
        {
            var shortest = SimShrink.Shortest(actions, fault);
            var alike = SimShrink.Fault(shortest, out var history);
            throw new InvalidOperationException(string.Join('\n', [$"{alike} {shortest.Length} of {Steps} actions are enough:", .. history]));
        }
    });

    private static SimWorld World(int seed)
    {
        var world = new SimWorld();
        foreach (var action in Actions(seed))
        {
            world.Do(action);
        }

        return world;
    }

    private static SimAction[] Actions(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, Steps).Select(_ => SimAction.Draw(random))];
    }
}
