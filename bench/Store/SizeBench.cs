using System.Diagnostics;
using System.Globalization;
using Skale.EventStore;

namespace Skale.Bench.Store;

/// <summary>Whether appending costs more when much is stored already.</summary>
internal static class SizeBench
{
    private const int Small = 10_000;
    private const int Streams = 1_000;
    private const int Rounds = 5;
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(4);

    public static async Task Run(int large)
    {
        Machine.Print($"bench/run size --events {large}");
        await using var server = await StoreServer.Start();
        var folder = Directory.CreateTempSubdirectory("skale-bench-").FullName;
        Console.WriteLine($"\n1 event per request, 32 in flight, medians of {Rounds} rounds in turns\n\n| store | events stored before | events/s | ratio |\n|---|---|---|---|");
        await using (var few = await server.NewLog("few"))
        await using (var many = await server.NewLog("many"))
        {
            await Compare("PostgreSQL", few, many, large, async () =>
            {
                await server.Psql("vacuum analyze");
                await server.Psql("checkpoint");
            });
        }

        await using (var few = JournalLog.Open(Path.Combine(folder, "few")))
        await using (var many = JournalLog.Open(Path.Combine(folder, "many")))
        {
            await Compare("journal", few, many, large, () => Task.CompletedTask);
        }

        var clock = Stopwatch.StartNew();
        await using (var again = JournalLog.Open(Path.Combine(folder, "many")))
        {
            var head = await again.Head();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\nThe journal of {head:N0} events opens in {clock.Elapsed.TotalSeconds:0.00} s."));
        }

        Directory.Delete(folder, recursive: true);
    }

    private static async Task Compare(string store, IEventLog few, IEventLog many, int large, Func<Task> settle)
    {
        await Fill(few, Small);
        await Fill(many, large);
        await settle();
        var (a, b) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            a.Add(await AppendBench.Drive(few, 32, 1, 100, Time, $"t{round}-"));
            b.Add(await AppendBench.Drive(many, 32, 1, 100, Time, $"t{round}-"));
        }

        var (x, y) = (AppendBench.Median(a), AppendBench.Median(b));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {store} | {Small:N0} | {x:N0} | |\n| {store} | {large:N0} | {y:N0} | {y / x:0.00} |"));
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
