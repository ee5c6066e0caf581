using System.Globalization;
using Skale.ChainWatcher;

namespace Skale.Bench.L1;

/// <summary>How fast Ethereum is watched: past blocks, logs, the way to the store, and new blocks.</summary>
internal static class L1Bench
{
    private const double LeastBackfillRatio = 0.8, LeastLogsPerSecond = 300_000, LeastBlocksPerSecond = 4000, MostMegabytes = 120, MostGrowth = 1.1, MostMilliseconds = 50;
    private const int Rounds = 5;

    /// <param name="blocks">Of the backfill whose memory is watched.</param>
    public static async Task Run(long blocks)
    {
        Machine.Print($"bench/run l1 --events {blocks}");
        var contracts = ContractFiles.Load(new ChainWatcherOptions { ContractAddress = SynthNode.Address });
        var topic = ContractFiles.BuiltIn.SelectMany(c => c.Events).Single(e => e.Name == "MaintenanceNode").Topic0;
        var decode = await DecodeBench.Run();
        var (ours, bare) = await BackfillBench.AtNode(Rounds);
        var atOnce = await BackfillBench.AtOnce(contracts, topic, Rounds);
        var (blocksPerSecond, megabytes) = await WatcherBench.Run(blocks, topic);
        var head = await HeadBench.Run();

        // The first tenth is not compared: the process is still growing into its work.
        var growth = megabytes[^1] / megabytes[1];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""

            Made-up blocks: a log in every {SynthNode.BlocksPerLog}; the endpoint is a process of its own on the same machine and answers at once

            | | measured | limit | ratio to it | holds |
            |---|---|---|---|---|
            {Least("backfill from anvil, ratio to a bare loop", ours / bare, LeastBackfillRatio, "0.00")}
            | of it: ours, blocks/s | {ours:0} | | | |
            | of it: bare loop, blocks/s | {bare:0} | | | |
            | backfill of made-up blocks, ratio to a bare loop | {atOnce.Ours / atOnce.Bare:0.00} | | | |
            | of it: ours, blocks/s | {atOnce.Ours:0} | | | |
            {Least("logs decoded on one core, logs/s", decode.Decoded, LeastLogsPerSecond, "0")}
            | the same from the bytes of the answer, logs/s | {decode.FromTheWire:0} | | | |
            {Least("endpoint to journal, blocks/s", blocksPerSecond, LeastBlocksPerSecond, "0")}
            {Most($"resident memory over {blocks} blocks, most of {megabytes.Count} samples, MB", megabytes.Max(), MostMegabytes, "0.0")}
            {Most("of it: last sample to second", growth, MostGrowth, "0.00")}
            {Most("new block announced to its fact on RabbitMQ, median, ms", head.SinceBlock.Median.TotalMilliseconds, MostMilliseconds, "0.0")}
            | the same since its transaction was sent, median, ms | {head.SinceSent.Median.TotalMilliseconds:0.0} | | | |

            resident memory at each tenth, MB: {string.Join(' ', megabytes.Select(m => m.ToString("0.0", CultureInfo.InvariantCulture)))}
            load average at the end: {Machine.Load()}
            """));
    }

    private static string Least(string what, double value, double limit, string format) => Row(what, value, limit, format, "at least", value >= limit);

    private static string Most(string what, double value, double limit, string format) => Row(what, value, limit, format, "at most", value <= limit);

    private static string Row(string what, double value, double limit, string format, string bound, bool holds) => string.Create(
        CultureInfo.InvariantCulture, $"| {what} | {value.ToString(format, CultureInfo.InvariantCulture)} | {bound} {limit} | {value / limit:0.00} | {(holds ? "yes" : "**NO**")} |");
}
