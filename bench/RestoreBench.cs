using System.Diagnostics;
using Skale.EventStore;
using Skale.Servers;

namespace Skale.Bench;

/// <summary>How fast an export is restored into a journal and into PostgreSQL, and how long a proof takes.</summary>
internal static class RestoreBench
{
    public static async Task Run(string export, string folder, Action<string, long, TimeSpan> print)
    {
        await using var source = JournalLog.OpenReader(export, "log");
        await using (var journal = JournalLog.Open(folder))
        {
            await Restore("a journal", source, journal, print);
        }

        await using (var server = await PostgresServer.Start())
        {
            var database = await server.NewDatabase();
            await PostgresSchema.Migrate(database.Owner, "log", PostgresServer.ServiceRole, PostgresServer.ReaderRole);
            await using var log = await PostgresLog.Open(database.Service, "log");
            await Restore("PostgreSQL", source, log, print);
            await Prove("PostgreSQL", log, print);
        }

        await Prove("an export", source, print);
    }

    private static async Task Restore(string where, JournalLog source, IEventLog target, Action<string, long, TimeSpan> print)
    {
        var (begun, clock) = (Environment.CpuUsage.TotalTime, Stopwatch.StartNew());
        var summary = await LogRestore.Run(source, target);
        print($"restore into {where} ({clock.Elapsed.TotalSeconds:F1} s by the clock)", summary.Events, Environment.CpuUsage.TotalTime - begun);
    }

    private static async Task Prove(string where, IEventLog log, Action<string, long, TimeSpan> print)
    {
        var (begun, clock) = (Environment.CpuUsage.TotalTime, Stopwatch.StartNew());
        var proof = await LogProver.ProveEvent(log, 7, await log.Evidence.LastSeal());
        print($"proof of one event from {where}, {proof.ToBytes().Length} bytes ({clock.Elapsed.TotalSeconds:F2} s by the clock)", proof.Checkpoint.Size, Environment.CpuUsage.TotalTime - begun);
    }
}
