using System.Diagnostics;
using System.Globalization;
using Skale.EventStore;
using Skale.Servers;

namespace Skale.Bench.Store;

/// <summary>How fast a log is exported and an export verified, and how much memory verification takes: in a process of its own, that does nothing else.</summary>
internal static class AuditBench
{
    private const int Streams = 1_000, PayloadBytes = 200, SealEvery = 5_000;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(30);

    public static async Task<int> Run(string[] options)
    {
        switch (options)
        {
            case []:
                await Run(events: 1_000_000);
                return 0;
            case ["--events", var text] when int.TryParse(text, out var events) && events is >= 1_000 and <= 100_000_000:
                await Run(events);
                return 0;
            case ["--verify", var folder]:
                return Verify(folder);
            default:
                await Console.Error.WriteLineAsync("bench/run audit [--events N]: N from 1000 to 100000000");
                return 2;
        }
    }

    private static async Task Run(int events)
    {
        Machine.Print($"bench/run audit --events {events}");
        var folder = Directory.CreateTempSubdirectory("skale-bench-").FullName;
        try
        {
            var export = Path.Combine(folder, "export");
            await using (var log = JournalLog.Open(Path.Combine(folder, "log")))
            {
                using var key = await SomeEvents.Fill(log, SomeEvents.Of(events, Streams, PayloadBytes), SealEvery);
                var begun = Environment.CpuUsage.TotalTime;
                await LogExport.Write(log, export);
                Print("export of a journal", events, Environment.CpuUsage.TotalTime - begun);
            }

            for (var round = 0; round < 3; round++)
            {
                Console.Write(await ServerProcess.Run(Environment.ProcessPath!, ["audit", "--verify", export], Limit));
            }

            await RestoreBench.Run(export, Path.Combine(folder, "restored"), Print);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Verifies an export and prints what it took.</summary>
    private static int Verify(string folder)
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
