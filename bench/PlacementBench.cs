using System.Globalization;
using Skale.Ethereum;
using Skale.SkaleManager;

namespace Skale.Bench;

/// <summary>The contract's selection, computed: node picks on one core, and whether a chain's cost grows with nodes or chains.</summary>
internal static class PlacementBench
{
    public const double LimitPicks = 1_000_000;

    /// <summary>Slower by more than this factor is growth; less is noise and caches.</summary>
    private const double LimitGrowth = 2;

    private const int GroupSize = 16;
    private const int Units = 4;

    /// <summary>The group for the growth over chains: small enough that 10,000 nodes hold 100,000 chains.</summary>
    private const int SmallGroup = 4;

    private static readonly string Block = Keccak.HashText("block");
    private static readonly int[] NodeCounts = [100, 1_000, 10_000];
    private static readonly int[] ChainCounts = [1_000, 10_000, 100_000];

    public static Task Run(int rounds)
    {
        Machine.Print($"bench/run placement --rounds {rounds}");
        Console.WriteLine($"\nChains of {GroupSize} nodes and {Units} units, old ones deleted meanwhile, off the clock; one thread, processor time, medians of {rounds} rounds\n\n| nodes | chains there | picks/s | limit | holds | microseconds per chain |\n|---|---|---|---|---|---|");
        double[] perChain = [.. NodeCounts.Select(nodes => ByNodes(nodes, rounds))];
        Growth("from 100 to 10,000 nodes", perChain);
        Console.WriteLine($"\nChains of {SmallGroup} nodes and 1 unit on 10,000 nodes\n\n| chains there | microseconds per chain |\n|---|---|");
        Growth("from 1,000 to 100,000 chains", [.. ChainCounts.Select(chains => ByChains(chains, rounds))]);
        return Task.CompletedTask;
    }

    public static void Growth(string over, double[] seconds) =>
        Row($"\nCost of a chain {over}: times {seconds[^1] / seconds[0]:0.00}, limit {LimitGrowth:0}, holds: {(seconds[^1] <= LimitGrowth * seconds[0] ? "yes" : "NO")}");

    public static void Row(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    private static double ByNodes(int nodes, int rounds)
    {
        var there = nodes;
        var seconds = SecondsPerChain(nodes, there, GroupSize, Units, rounds);
        var picks = GroupSize / seconds;
        Row($"| {nodes:N0} | {there:N0} | {picks:N0} | {LimitPicks:N0} | {(picks >= LimitPicks ? "yes" : "NO")} | {seconds * 1e6:0.0} |");
        return seconds;
    }

    private static double ByChains(int chains, int rounds)
    {
        var seconds = SecondsPerChain(10_000, chains, SmallGroup, 1, rounds);
        Row($"| {chains:N0} | {seconds * 1e6:0.0} |");
        return seconds;
    }

    private static double SecondsPerChain(int nodes, int there, int groupSize, int units, int rounds)
    {
        const int Batch = 100, Batches = 200;
        var names = Enumerable.Range(0, there + (Batch * Batches * (rounds + 1))).Select(i => Keccak.HashText($"chain {i}")).ToArray();
        var books = new PlacementBooks();
        Enumerable.Range(0, nodes).ToList().ForEach(books.AddNode);
        foreach (var name in names.Take(there))
        {
            books.CreateChain(name, units, groupSize, Block);
        }

        var (times, next) = (new List<double>(), there);
        for (var round = 0; round <= rounds; round++)
        {
            var spent = TimeSpan.Zero;
            for (var batch = 0; batch < Batches; batch++, next += Batch)
            {
                Each(names.AsSpan(next - there, Batch), books.DeleteChain);
                var before = Environment.CpuUsage.TotalTime;
                Each(names.AsSpan(next, Batch), name => books.CreateChain(name, units, groupSize, Block));
                spent += Environment.CpuUsage.TotalTime - before;
            }

            times.Add(spent.TotalSeconds / (Batch * Batches));
        }

        return Store.AppendBench.Median([.. times.Skip(1)]);
    }

    private static void Each(ReadOnlySpan<string> names, Action<string> act)
    {
        foreach (var name in names)
        {
            act(name);
        }
    }
}
