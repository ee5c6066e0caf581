using System.Diagnostics;
using System.Globalization;
using System.Text;
using Skale.ChainWatcher;
using Skale.Ethereum;
using Skale.Servers;

namespace Skale.Bench.L1;

/// <summary>Scanning past blocks, beside a bare loop that asks the same endpoint for the logs of the same windows, as many at once, and throws the answers away.</summary>
internal static class BackfillBench
{
    private const long MadeUpBlocks = 4_000_000, MadeUpWindow = 5000;

    // Anvil mines ever slower: these take it most of a minute.
    private const long MinedBlocks = 6000, MinedWindow = 2000;
    private const int MinedAtOnce = 500, Passes = 60;

    /// <summary>Blocks per second of both at anvil, which looks into each block of a window; a log in one window of three.</summary>
    public static async Task<(double Ours, double Bare)> AtNode(int rounds)
    {
        await using var anvil = await AnvilServer.Start();
        var manager = await anvil.DeployManager();
        await manager.AddSchainType(1, 1);
        for (var mined = 0; mined < MinedBlocks; mined += MinedAtOnce)
        {
            await anvil.Mine(MinedAtOnce);
        }

        var contracts = ContractFiles.Load(new ChainWatcherOptions { ContractAddress = manager.Address });
        return await InTurns("at anvil", new Range(anvil.Http, manager.Address, MinedBlocks, MinedWindow, Passes), contracts, rounds);
    }

    /// <summary>The same at an endpoint that answers at once, whatever it is asked.</summary>
    public static async Task<(double Ours, double Bare)> AtOnce(ContractSet contracts, string topic, int rounds)
    {
        await using var node = await SynthNode.Start(MadeUpBlocks, topic);
        return await InTurns("at once", new Range(node.Http, SynthNode.Address, MadeUpBlocks, MadeUpWindow, Passes: 1), contracts, rounds);
    }

    private static async Task<(double Ours, double Bare)> InTurns(string what, Range range, ContractSet contracts, int rounds)
    {
        var (ours, bare) = (new List<double>(), new List<double>());
        for (var round = 0; round <= rounds; round++)
        {
            var (a, b) = (await Rate(range, () => Ours(range, contracts)), await Rate(range, () => Bare(range)));
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"backfill {what}, round {round}{(round == 0 ? " (not counted)" : "")}: ours {a:0}, bare {b:0} blocks/s, load {Machine.Load()}"));
            if (round > 0)
            {
                ours.Add(a);
                bare.Add(b);
            }
        }

        return (Median(ours), Median(bare));
    }

    private static async Task Ours(Range range, ContractSet contracts)
    {
        using var rpc = new JsonRpcClient(range.Http);
        await foreach (var _ in new Backfill(new LogScanner(rpc, contracts, "bench", TimeProvider.System), range.Window).Scan(1, range.Blocks, default))
        {
        }
    }

    private static async Task Bare(Range range)
    {
        using var client = new HttpClient();
        var next = 1 - range.Window;
        await Task.WhenAll(Enumerable.Range(0, Backfill.DefaultInFlight).Select(async _ =>
        {
            for (long from; (from = Interlocked.Add(ref next, range.Window)) <= range.Blocks;)
            {
                var question = $$"""{"jsonrpc":"2.0","id":0,"method":"eth_getLogs","params":[{"fromBlock":"0x{{from:x}}","toBlock":"0x{{Math.Min(from + range.Window - 1, range.Blocks):x}}","address":["{{range.Address}}"]}]}""";
                using var content = new StringContent(question, Encoding.UTF8, "application/json");
                using var answer = await client.PostAsync(range.Http, content);
                await answer.Content.ReadAsByteArrayAsync();
            }
        }));
    }

    private static async Task<double> Rate(Range range, Func<Task> scan)
    {
        var clock = Stopwatch.StartNew();
        for (var pass = 0; pass < range.Passes; pass++)
        {
            await scan();
        }

        return range.Passes * range.Blocks / clock.Elapsed.TotalSeconds;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private sealed record Range(Uri Http, string Address, long Blocks, long Window, int Passes);
}
