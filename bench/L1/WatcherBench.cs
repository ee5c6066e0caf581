using System.Diagnostics;
using System.Globalization;
using Skale.Servers;
using Skale.Servers.Stack;

namespace Skale.Bench.L1;

/// <summary>The watcher as a process, from an empty journal to the head of a made-up chain.</summary>
internal static class WatcherBench
{
    private const int Samples = 10;
    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(20);

    /// <summary>Blocks per second, and resident bytes after each tenth of the blocks.</summary>
    public static async Task<(double BlocksPerSecond, IReadOnlyList<double> Megabytes)> Run(long blocks, string topic)
    {
        await using var node = await SynthNode.Start(blocks, topic);
        await using var watcher = new ServiceProcess("ChainWatcher", new Dictionary<string, string>
        {
            ["ChainWatcher__Network"] = "bench",
            ["ChainWatcher__Rpc"] = node.Http.ToString(),
            ["ChainWatcher__ContractAddress"] = SynthNode.Address,
            ["ChainWatcher__Finality"] = "latest",
            ["Store__Journal"] = Repository.NewFolder("bench-watcher"),
            ["Bus__InMemory"] = "true",
        });
        watcher.Start();
        await Wait.Until("the watcher to answer", async () => (await watcher.GetText("/metrics")).Length > 0, TimeSpan.FromSeconds(60));
        var (clock, first) = (Stopwatch.StartNew(), await Scanned(watcher));
        var megabytes = new List<double>();
        while (megabytes.Count < Samples)
        {
            if (await Scanned(watcher) >= blocks * (megabytes.Count + 1) / Samples)
            {
                megabytes.Add(watcher.ResidentBytes() / 1e6);
            }
            else if (watcher.HasExited)
            {
                throw new InvalidOperationException($"The watcher ended with {watcher.ExitCode}: {watcher.Output}");
            }
            else
            {
                await Task.Delay(AskEvery);
            }
        }

        return ((blocks - first) / clock.Elapsed.TotalSeconds, megabytes);
    }

    private static async Task<long> Scanned(ServiceProcess watcher) => long.Parse(
        (await watcher.GetText("/metrics")).Split('\n').First(l => l.StartsWith("skale_watcher_scanned_block{", StringComparison.Ordinal)).Split(' ')[^1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
}
