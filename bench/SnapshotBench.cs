using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Skale.EventStore;
using Skale.Hosting;
using Skale.Scheduler;
using Skale.Servers;
using Skale.Servers.Stack;

namespace Skale.Bench;

/// <summary>How long a scheduler needs to start from a snapshot, what it weighs then, and what taking one costs the log.</summary>
internal static partial class SnapshotBench
{
    private const int Nodes = 10_000;
    private const int Chains = 100_000;
    private const double LimitSeconds = 3;
    private const double LimitMegabytes = 500;

    public static async Task Run(int rounds)
    {
        Machine.Print($"bench/run snapshot --rounds {rounds}");
        var folder = Repository.NewFolder("bench-snapshot");
        try
        {
            Console.WriteLine($"\n{await Prepare(Path.Combine(folder, SchedulerSetup.Name))}\n");
            Console.WriteLine($"| start | to active, s | limit | holds | to ready, s | VmRSS when ready, MB | after 40 s, MB | limit | holds | log waited for the next snapshot, ms |\n|---|---|---|---|---|---|---|---|---|---|");
            for (var round = 1; round <= rounds; round++)
            {
                await Start($"from the snapshot, {round}", folder, "100000");
            }

            await Start("whole log folded", folder, "0");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<string> Prepare(string folder)
    {
        await using var log = JournalLog.Open(folder, SchedulerSetup.Name);
        var network = new LargeNetwork(log);
        await network.Grow(Nodes, Chains);
        var clock = Stopwatch.StartNew();
        await network.SaveSnapshot();
        var head = await log.Head();
        await log.SaveCheckpoint(LogStore.RelayCheckpoint, head);
        return Text($"{Nodes:N0} nodes, {Chains:N0} chains of 4 members, {head:N0} events in a journal; snapshot of {new FileInfo(Path.Combine(folder, "snapshot")).Length / 1e6:0.0} MB, written in {clock.Elapsed.TotalSeconds:0.0} s");
    }

    private static async Task Start(string what, string folder, string every)
    {
        await using var scheduler = new ServiceProcess("Scheduler", new Dictionary<string, string>
        {
            ["Scheduler__Network"] = LargeNetwork.Name,
            ["Store__Journal"] = folder,
            ["Store__SnapshotEvery"] = every,
            ["Bus__InMemory"] = "true",
        });
        var clock = Stopwatch.StartNew();
        scheduler.Start();
        await Wait.Until("the log to be active", () => scheduler.Output.Contains("active. This process writes it", StringComparison.Ordinal), TimeSpan.FromMinutes(2));
        var active = clock.Elapsed.TotalSeconds;
        await scheduler.WaitUntilReady();
        var (ready, atReady) = (clock.Elapsed.TotalSeconds, scheduler.ResidentBytes() / 1e6);
        await Task.Delay(TimeSpan.FromSeconds(40));
        var settled = scheduler.ResidentBytes() / 1e6;
        await scheduler.Signal("TERM");
        await scheduler.WaitForExit(TimeSpan.FromSeconds(30));
        var held = Held().Match(scheduler.Output) is { Success: true } match ? match.Groups[1].Value : "";
        Console.WriteLine(Text($"| {what} | {active:0.00} | {LimitSeconds:0} | {(active < LimitSeconds ? "yes" : "NO")} | {ready:0.00} | {atReady:0} | {settled:0} | {LimitMegabytes:0} | {(settled < LimitMegabytes ? "yes" : "NO")} | {held} |"));
        Console.WriteLine(string.Join('\n', scheduler.Output.Split('\n').Where(l => l.Contains("snapshot", StringComparison.Ordinal))));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"the log waited (\d+) ms")]
    private static partial Regex Held();
}
