using Skale.Contracts;
using Skale.Ethereum;
using Skale.Scheduler.Domain;
using Skale.SkaleManager;

namespace Skale.Bench;

/// <summary>Our own strategies: the choice alone, and the whole decision of a bought chain, from the fact to the orders of all members, each event folded in.</summary>
internal static class DecisionBench
{
    private const int GroupSize = 16;
    private const int SmallGroup = 4;
    private const int Chains = 300;

    /// <summary>In each round.</summary>
    private const int Choices = 2_000;

    private const int Rounds = 5;
    private static readonly string Block = Keccak.HashText("block");
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly int[] NodeCounts = [100, 1_000, 10_000];
    private static readonly int[] ChainCounts = [1_000, 10_000, 50_000];
    private static readonly Contracts.Machine Host = new("host", 16, 64L << 30, 1L << 40, "27.3", "1.47", "Debian 12", false);
    private static long compiled;

    public static Task Run()
    {
        Machine.Print("bench/run decision");
        Console.WriteLine($"\nThe scheduler's own strategies, groups of {GroupSize}, evidence included; the whole decision with its events folded in; processor time, medians of {Rounds} rounds, each row begun when nothing more is compiled");
        Console.WriteLine("Changed: before each choice the members of the choice before leave the candidates, and those before them come back; that is counted in\n\n| strategy | nodes | choice alone, microseconds | picks/s | changed, microseconds | picks/s | limit | holds | whole decision, microseconds per chain |\n|---|---|---|---|---|---|---|---|---|");
        var strategies = ((IPlacementStrategy[])[new UniformPlacement(), new SpreadPlacement(), new SkalePlacement()]).Select(s => (s.Name, Rows: NodeCounts.Select(nodes => Row(s, nodes)).ToArray())).ToArray();
        foreach (var (name, rows) in strategies)
        {
            PlacementBench.Growth($"with {name} from 100 to 10,000 nodes, choice alone", [.. rows.Select(r => r.Same)]);
            PlacementBench.Growth("the same, changed", [.. rows.Select(r => r.Changed)]);
            PlacementBench.Growth("the same, whole decision", [.. rows.Select(r => r.Whole)]);
        }

        Console.WriteLine($"\nWhole decisions of chains of {SmallGroup} nodes on 10,000 nodes\n\n| chains there | microseconds per chain |\n|---|---|");
        var network = new Growing("uniform", 10_000);
        PlacementBench.Growth($"from {ChainCounts[0]:N0} to {ChainCounts[^1]:N0} chains", [.. ChainCounts.Select(chains => Row(network, chains))]);
        PlacementBench.Row($"\nCompiled while the clock ran: {compiled} methods");
        return Task.CompletedTask;
    }

    private static (double Same, double Changed, double Whole) Row(IPlacementStrategy strategy, int nodes)
    {
        var (same, changed, whole) = (Choice(strategy, nodes, change: false), Choice(strategy, nodes, change: true), Decided(strategy.Name, nodes));
        var holds = GroupSize / Math.Max(same, changed) >= PlacementBench.LimitPicks;
        PlacementBench.Row($"| {strategy.Name} | {nodes:N0} | {same * 1e6:0.0} | {GroupSize / same:N0} | {changed * 1e6:0.0} | {GroupSize / changed:N0} | {PlacementBench.LimitPicks:N0} | {(holds ? "yes" : "NO")} | {whole * 1e6:0.0} |");
        return (same, changed, whole);
    }

    private static double Row(Growing network, int chains)
    {
        network.Buy(chains - network.Chains, SmallGroup);
        var seconds = Seconds(Chains / Rounds, () => network.Buy(1, SmallGroup));
        PlacementBench.Row($"| {chains:N0} | {seconds * 1e6:0.0} |");
        return seconds;
    }

    private static double Choice(IPlacementStrategy strategy, int nodes, bool change)
    {
        NodeSet candidates = [.. Enumerable.Range(0, nodes).Select(n => new NodeId(n))];
        var owners = candidates.Select(c => Owner(c.Value)).ToArray();
        var (books, listed) = (Books(nodes), candidates.Copy());
        var owned = candidates.GroupBy(c => owners[c.Value]).ToDictionary(o => o.Key, o => new NodeSet(o));
        var (chain, last) = (0, (IReadOnlyList<NodeId>)[]);
        WarmUp.Until(Choose);
        return Seconds(Choices, Choose);

        void Choose()
        {
            // From a copy, as in a decision.
            var request = new PlacementRequest(candidates.Copy(), GroupSize, Block, Block, ++chain) { OwnerOf = n => owners[n.Value], OwnedBy = o => owned[o], Books = books, Listed = listed, Slices = 1, ParentHash = Block };
            var (group, _) = strategy.Choose(request);
            for (var seat = 0; change && seat < GroupSize; seat++)
            {
                candidates.Remove(group[seat]);
                _ = last.Count > 0 && candidates.Add(last[seat]);
            }

            last = group;
        }
    }

    private static PlacementBooks Books(int nodes)
    {
        var books = new PlacementBooks();
        for (var node = 0; node < nodes; node++)
        {
            books.AddNode(node);
        }

        return books;
    }

    private static double Decided(string strategy, int nodes)
    {
        // No network is bought full by it.
        WarmUp.Until(() => new Growing(strategy, NodeCounts[0]).Buy(Chains, GroupSize));
        var network = new Growing(strategy, nodes);
        network.Buy(Chains / 2, GroupSize);
        return Seconds(Chains / Rounds, () => network.Buy(1, GroupSize));
    }

    private static double Seconds(int times, Action act)
    {
        var (rounds, before) = (new List<double>(), WarmUp.CompiledMethods);
        for (var round = 0; round < Rounds; round++)
        {
            var begun = Environment.CpuUsage.TotalTime;
            for (var i = 0; i < times; i++)
            {
                act();
            }

            rounds.Add((Environment.CpuUsage.TotalTime - begun).TotalSeconds / times);
        }

        compiled += WarmUp.CompiledMethods - before;
        return Store.AppendBench.Median([.. rounds]);
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
