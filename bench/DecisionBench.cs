using Skale.Contracts;
using Skale.Ethereum;
using Skale.Scheduler.Domain;

namespace Skale.Bench;

/// <summary>Our own strategies: the choice alone, and the whole decision of a bought chain, from the fact to the orders of all members, each event folded in.</summary>
internal static class DecisionBench
{
    private const int GroupSize = 16;
    private const int SmallGroup = 4;
    private const int Chains = 300;
    private static readonly string Block = Keccak.HashText("block");
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly int[] NodeCounts = [100, 1_000, 10_000];
    private static readonly int[] ChainCounts = [1_000, 10_000, 50_000];
    private static readonly Contracts.Machine Host = new("host", 16, 64L << 30, 1L << 40, "27.3", "1.47", "Debian 12", false);

    public static Task Run()
    {
        Machine.Print("bench/run decision");
        Console.WriteLine($"\nThe scheduler's own strategies, groups of {GroupSize}; the whole decision gives {2 + (2 * GroupSize)} events, folded in; one thread, processor time\n\n| strategy | nodes | choice alone, microseconds | picks/s | whole decision, microseconds per chain |\n|---|---|---|---|---|");
        foreach (var strategy in (IPlacementStrategy[])[new UniformPlacement(), new SpreadPlacement()])
        {
            // Once for the compiler.
            _ = Decided(strategy.Name, 100);
            PlacementBench.Growth($"with {strategy.Name} from 100 to 10,000 nodes", [.. NodeCounts.Select(nodes => Row(strategy, nodes))]);
        }

        Console.WriteLine($"\nWhole decisions of chains of {SmallGroup} nodes on 10,000 nodes\n\n| chains there | microseconds per chain |\n|---|---|");
        var network = new Growing("uniform", 10_000);
        PlacementBench.Growth($"from {ChainCounts[0]:N0} to {ChainCounts[^1]:N0} chains", [.. ChainCounts.Select(chains => Row(network, chains))]);
        return Task.CompletedTask;
    }

    private static double Row(IPlacementStrategy strategy, int nodes)
    {
        var (choice, whole) = (Choice(strategy, nodes), Decided(strategy.Name, nodes));
        PlacementBench.Row($"| {strategy.Name} | {nodes:N0} | {choice * 1e6:0.0} | {GroupSize / choice:N0} | {whole * 1e6:0.0} |");
        return whole;
    }

    private static double Row(Growing network, int chains)
    {
        network.Buy(chains - network.Chains, SmallGroup);
        var seconds = Seconds(Chains, () => network.Buy(1, SmallGroup));
        PlacementBench.Row($"| {chains:N0} | {seconds * 1e6:0.0} |");
        return seconds;
    }

    private static double Choice(IPlacementStrategy strategy, int nodes)
    {
        const int Choices = 2_000;
        NodeSet candidates = [.. Enumerable.Range(0, nodes).Select(n => new NodeId(n))];
        var owners = candidates.Select(c => Owner(c.Value)).ToArray();
        var owned = candidates.GroupBy(c => owners[c.Value]).ToDictionary(o => o.Key, o => new NodeSet(o));
        var chain = 0;
        return Seconds(Choices, () => strategy.Choose(new PlacementRequest(candidates, GroupSize, Block, Block, ++chain) { OwnerOf = n => owners[n.Value], OwnedBy = o => owned[o] }));
    }

    private static double Decided(string strategy, int nodes)
    {
        var network = new Growing(strategy, nodes);
        network.Buy(Chains / 2, GroupSize);
        return Seconds(Chains, () => network.Buy(1, GroupSize));
    }

    private static double Seconds(int times, Action act)
    {
        var before = Environment.CpuUsage.TotalTime;
        for (var i = 0; i < times; i++)
        {
            act();
        }

        return (Environment.CpuUsage.TotalTime - before).TotalSeconds / times;
    }

    private static string Owner(long node) => $"owner {node / 10}";

    /// <summary>A network that buys chains.</summary>
    private sealed class Growing
    {
        private readonly NetworkDecider rules = new();
        private readonly Network state = new();

        public Growing(string strategy, int nodes)
        {
            Decide(new SchedulerStarted("bench", 0, SchedulingPolicy.Default with { Strategy = strategy }, Now));
            for (var node = 0; node < nodes; node++)
            {
                Decide(new NodeRegistered(Origin(), new(node), $"node-{node}", Owner(node), $"10.{node >> 16}.{(node >> 8) & 255}.{node & 255}", "10.0.0.1", 10_000, 0, ""));
                Decide(new NodeEnrolled(new(node), 1, Host, 0, [], Now));
            }
        }

        public int Chains { get; private set; }

        public void Buy(int chains, int groupSize)
        {
            for (var end = Chains + chains; Chains < end; Chains++)
            {
                Decide(new ChainBought(Origin(), new($"chain-{Chains}"), Keccak.HashText($"chain-{Chains}"), $"0x{Chains % 1_000:x40}", 1, groupSize, TimeSpan.FromDays(365), null));
            }
        }

        private FactOrigin Origin() => new("bench", state.LastFact + 1, state.LastFact + 1, Block, Block, Now, Block, 0);

        private void Decide(object input)
        {
            for (var step = rules.Decide(state, input, Now); step.Count > 0; step = rules.Next(state, Now))
            {
                foreach (var decided in step)
                {
                    rules.Evolve(state, decided);
                }
            }
        }
    }
}
