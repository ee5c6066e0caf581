using System.Diagnostics;
using System.Globalization;
using Skale.Contracts;
using Skale.Ethereum;
using Skale.Servers;

namespace Skale.Bench.Agent;

/// <summary>Requests to one chain while the chain beside it does nothing, and while it takes all that its slice lets it have.</summary>
internal static class NeighbourBench
{
    private const double Allowed = 0.1;
    private const int Repeats = 3;
    private static readonly SlicePart Most = new(900, 700, 900, 900);

    private static readonly (string Kind, string Script)[] Hogs =
    [
        ("processor", "for i in 1 2 3 4 5 6 7 8; do while :; do :; done & done; wait"),
        ("processes (a fork bomb)", "bomb() { bomb | bomb & }; while :; do bomb; sleep 1; done"),
        ("memory", "while :; do tail /dev/zero; done"),
        ("data volume", "while :; do dd if=/dev/zero of=$(ls -d /data 2> /dev/null || echo /tmp)/hog bs=1M count=256 conv=fsync 2> /dev/null; done"),
    ];

    /// <param name="time">Of asking, for each measurement.</param>
    public static async Task Run(TimeSpan time)
    {
        Machine.Print($"bench/run neighbour --seconds {time.TotalSeconds:0}");
        await using var world = await AgentWorld.Start();
        var victim = world.Subnode("victim", 0, processors: 0.5);
        await world.Order(victim);
        await world.Started(victim);
        using var rpc = new JsonRpcClient(new Uri($"http://127.0.0.1:{victim.FirstPort + Subnode.HttpPortOffset}"));
        await Wait.Until("the chain to answer", async () => await rpc.Send(Eth.ChainId()) == victim.EvmChainId, Wait.Patience);
        await Ask(rpc, time);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""

            Latency of eth_blockNumber, one request at a time, {Repeats} x {time.TotalSeconds:0} s of each, alternating; both chains have at most half a processor

            | the neighbour takes all it can get of | median alone, ms | with it, ms | more | within {Allowed:P0} | 99th percentile alone, ms | with it, ms |
            |---|---|---|---|---|---|---|
            """));
        for (var kind = 0; kind < Hogs.Length; kind++)
        {
            await Compare(world, rpc, kind, time);
        }

        Console.WriteLine($"\nload average at the end: {Machine.Load()}");
    }

    private static async Task Compare(AgentWorld world, JsonRpcClient rpc, int kind, TimeSpan time)
    {
        var (alone, beside) = (new List<double>(), new List<double>());
        for (var repeat = 0; repeat < Repeats; repeat++)
        {
            alone.AddRange(await Ask(rpc, time));
            var hog = world.Subnode($"hog{kind}{repeat}", 1, processors: 0.5) with { Sidecars = [new("hog", world.Box, Most, ["sh", "-c", Hogs[kind].Script])] };
            await world.Order(hog);
            await world.Started(hog);
            beside.AddRange(await Ask(rpc, time));
            await world.Remove(hog);
        }

        var more = (At(beside, 0.5) / At(alone, 0.5)) - 1;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {Hogs[kind].Kind} | {At(alone, 0.5):0.000} | {At(beside, 0.5):0.000} | {more:+0.0%;-0.0%} | {(more <= Allowed ? "yes" : "NO")} | {At(alone, 0.99):0.000} | {At(beside, 0.99):0.000} |"));
    }

    /// <summary>Milliseconds of each request.</summary>
    private static async Task<List<double>> Ask(JsonRpcClient rpc, TimeSpan time)
    {
        var (latencies, all) = (new List<double>(), Stopwatch.StartNew());
        while (all.Elapsed < time)
        {
            var one = Stopwatch.StartNew();
            await rpc.Send(Eth.BlockNumber());
            latencies.Add(one.Elapsed.TotalMilliseconds);
        }

        return latencies;
    }

    private static double At(List<double> latencies, double quantile) => latencies.Order().ElementAt((int)(quantile * (latencies.Count - 1)));
}
