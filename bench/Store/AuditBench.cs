using System.Diagnostics;
using System.Globalization;
using Skale.EventStore;
using Skale.Servers;

namespace Skale.Bench.Store;

/// <summary>How fast a log is exported and an export verified, and how much memory verification takes: in a process of its own, that does nothing else.</summary>
internal static class AuditBench
{
    private const int Streams = 1_000, SealEvery = 5_000;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(30);

    /// <summary>The argument with which this program only verifies, in a process of its own.</summary>
    public const string VerifyOnly = "verify-export";

    public static async Task Run(int events)
    {
        Machine.Print($"bench/run audit --events {events}");
        var folder = Directory.CreateTempSubdirectory("skale-bench-").FullName;
        try
        {
            var export = Path.Combine(folder, "export");
            await using (var log = JournalLog.Open(Path.Combine(folder, "log")))
            {
                await Fill(log, events);
                var begun = Environment.CpuUsage.TotalTime;
                await LogExport.Write(log, export);
                Print("export of a journal", events, Environment.CpuUsage.TotalTime - begun);
            }

            for (var round = 0; round < 3; round++)
            {
                Console.Write(await ServerProcess.Run(Environment.ProcessPath!, [VerifyOnly, export], Limit));
            }

            await RestoreBench.Run(export, Path.Combine(folder, "restored"), Print);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Appends events and seals the log every so many.</summary>
    private static async Task Fill(JournalLog log, int events)
    {
        using var key = SealingKey.Create("bench.example/log");
        await log.Evidence.SaveKeys(KeyHistory.Begin(key));
        var tree = new MerkleFrontier();
        foreach (var batch in Enumerable.Range(0, events).Select(i => Sample.Event($"chain-{i % Streams}", (i / Streams) + 1)).Chunk(SealEvery))
        {
            await log.Append(batch);
            await foreach (var digest in log.Evidence.ReadDigests(tree.Size))
            {
                tree.Push(digest);
            }

            await log.Evidence.AddSeal(new Checkpoint(key.Verifier.Name, tree.Size, tree.Root(), DateTimeOffset.UnixEpoch.AddSeconds(tree.Size)).Sign(key));
        }
    }

    /// <summary>Verifies an export and prints what it took.</summary>
    public static int Verify(string folder)
    {
        var (begun, clock) = (Environment.CpuUsage.TotalTime, Stopwatch.StartNew());
        var report = ExportVerifier.Verify(folder);
        Print($"verify, {report.Checkpoints} checkpoints ({clock.Elapsed.TotalSeconds:F1} s by the clock, peak {PeakMiB()} MiB resident)", report.Events, Environment.CpuUsage.TotalTime - begun);
        return report.IsVerified ? 0 : 1;
    }

    private static void Print(string what, long events, TimeSpan cpu) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {events} events, {events / cpu.TotalSeconds:F0} events per second of one core"));

    private static long PeakMiB() =>
        long.Parse(File.ReadLines("/proc/self/status").Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) >> 10;
}
