using System.Diagnostics;
using System.Globalization;
using System.Text;
using Skale.ChainWatcher;
using Skale.Ethereum;

namespace Skale.Bench.L1;

/// <summary>Scanning past blocks, beside a bare loop that asks the same endpoint for the logs of the same windows, as many at once, and throws the answers away.</summary>
internal static class BackfillBench
{
    private const long Blocks = 4_000_000, WindowBlocks = 5000;

    /// <summary>Blocks per second of both, each the median of its rounds; they take turns.</summary>
    public static async Task<(double Ours, double Bare)> Run(ContractSet contracts, string topic, int rounds)
    {
        await using var node = await SynthNode.Start(Blocks, topic);
        var (ours, bare) = (new List<double>(), new List<double>());
        for (var round = 0; round <= rounds; round++)
        {
            var (a, b) = (await Rate(() => Ours(node.Http, contracts)), await Rate(() => Bare(node.Http)));
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"backfill round {round}{(round == 0 ? " (not counted)" : "")}: ours {a:0}, bare {b:0} blocks/s, load {Machine.Load()}"));
            if (round > 0)
            {
                ours.Add(a);
                bare.Add(b);
            }
        }

        return (Median(ours), Median(bare));
    }

    private static async Task Ours(Uri http, ContractSet contracts)
    {
        using var rpc = new JsonRpcClient(http);
        await foreach (var _ in new Backfill(new LogScanner(rpc, contracts, "bench", TimeProvider.System), WindowBlocks).Scan(1, Blocks, default))
        {
        }
    }

    private static async Task Bare(Uri http)
    {
        using var client = new HttpClient();
        var next = 1 - WindowBlocks;
        await Task.WhenAll(Enumerable.Range(0, Backfill.DefaultInFlight).Select(async _ =>
        {
            for (long from; (from = Interlocked.Add(ref next, WindowBlocks)) <= Blocks;)
            {
                var question = $$"""{"jsonrpc":"2.0","id":0,"method":"eth_getLogs","params":[{"fromBlock":"0x{{from:x}}","toBlock":"0x{{Math.Min(from + WindowBlocks - 1, Blocks):x}}","address":["{{SynthNode.Address}}"]}]}""";
                using var content = new StringContent(question, Encoding.UTF8, "application/json");
                using var answer = await client.PostAsync(http, content);
                await answer.Content.ReadAsByteArrayAsync();
            }
        }));
    }

    private static async Task<double> Rate(Func<Task> scan)
    {
        var clock = Stopwatch.StartNew();
        await scan();
        return Blocks / clock.Elapsed.TotalSeconds;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
