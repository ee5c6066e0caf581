using System.Diagnostics;
using System.Globalization;
using Skale.EventStore;

namespace Skale.Bench.Store;

/// <summary>Whether appending costs more when much is stored already.</summary>
internal static class SizeBench
{
    private const int Small = 10_000;
    private const int Streams = 1_000;
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(6);

    public static async Task Run(int large)
    {
        Machine.Print($"bench/run size --events {large}");
        await using var server = await StoreServer.Start();
        await using var log = await server.NewLog("ours");
        var folder = Directory.CreateTempSubdirectory("skale-bench-").FullName;
        Console.WriteLine("\n1 event per request, 32 in flight\n\n| store | events stored before | events/s |\n|---|---|---|");
        await using (var journal = JournalLog.Open(folder, "ours"))
        {
            foreach (var stored in new[] { Small, large })
            {
                await Fill(log, stored);
                await Fill(journal, stored);
                await server.Execute("vacuum analyze ours.mt_events");
                await server.Psql("checkpoint");
                foreach (var (name, each) in new (string, IEventLog)[] { ("PostgreSQL", log), ("journal", journal) })
                {
                    var before = await each.Head();
                    var rate = await AppendBench.Drive(each, 32, 1, 100, Time, $"t{stored}-");
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {before:N0} | {rate:N0} |"));
                }
            }
        }

        var clock = Stopwatch.StartNew();
        await using (var again = JournalLog.Open(folder, "ours"))
        {
            var head = await again.Head();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\nThe journal of {head:N0} events opens in {clock.Elapsed.TotalSeconds:0.00} s."));
        }

        Directory.Delete(folder, recursive: true);
    }

    private static async Task Fill(IEventLog log, long upTo)
    {
        var version = 0L;
        await foreach (var e in log.ReadStream("fill-0"))
        {
            version = e.Version;
        }

        while (await log.Head() < upTo)
        {
            version++;
            await log.Append([.. Enumerable.Range(0, Streams).Select(s => Sample.Event($"fill-{s}", version))]);
        }
    }
}
