using System.Diagnostics;
using System.Globalization;
using System.Text;
using Skale.EventStore;

namespace Skale.Bench.Store;

/// <summary>Many events at once, beside raw COPY of the same rows into the same constrained table.</summary>
internal static class BulkBench
{
    private const int Streams = 500;
    private const int PerStream = 400;
    private const int PerAppend = 5_000;

    public static async Task Run(int rounds)
    {
        Machine.Print($"bench/run bulk --rounds {rounds}");
        await using var server = await StoreServer.Start();
        var events = Enumerable.Range(1, PerStream).SelectMany(version => Enumerable.Range(0, Streams).Select(s => Sample.Event($"s{s}", version))).ToArray();
        var (ours, copy) = (new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            copy.Add(await Copy(server, events));
            ours.Add(await Ours(server, events));
        }

        var (a, b) = (AppendBench.Median(ours), AppendBench.Median(copy));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""

            {events.Length:N0} events in {Streams} streams, medians of {rounds} rounds in turns, one server

            | bulk | events/s | ratio | limit | holds |
            |---|---|---|---|---|
            | raw COPY into mt_events with all its constraints | {b:N0} | | | |
            | ours: Append of {PerAppend:N0} at a time, digests and ids included | {a:N0} | {a / b:0.00} | 0.6 | {(a / b >= 0.6 ? "yes" : "NO")} |
            """));
    }

    private static async Task<double> Ours(StoreServer server, NewEvent[] events)
    {
        await using var log = await server.NewLog("ours");
        var clock = Stopwatch.StartNew();
        var previous = Task.CompletedTask;
        foreach (var chunk in events.Chunk(PerAppend))
        {
            // The next part is checked and put into canonical form while the server stores the one before.
            var next = log.Append(chunk);
            await previous;
            previous = next;
        }

        await previous;
        return events.Length / clock.Elapsed.TotalSeconds;
    }

    /// <summary>The rows as text in a file, sent by psql; the streams are there.</summary>
    private static async Task<double> Copy(StoreServer server, NewEvent[] events)
    {
        await server.NewSchema("raw");
        await server.Execute($"insert into raw.mt_streams (id, version) select 's' || n, {PerStream} from generate_series(0, {Streams - 1}) n");
        var file = Path.GetTempFileName();
        await File.WriteAllLinesAsync(file, events.Select((e, i) => string.Create(
            CultureInfo.InvariantCulture, $"{i + 1}\t{e.Id}\t{e.Stream}\t{e.Version}\t{Encoding.UTF8.GetString(e.Data.Span)}\t{e.Type}\t{e.At:O}\t{e.CausationId}\t{e.CorrelationId}")));
        var clock = Stopwatch.StartNew();
        await server.Psql($"\\copy raw.mt_events (seq_id, id, stream_id, version, data, type, timestamp, causation_id, correlation_id) from '{file}'");
        var rate = events.Length / clock.Elapsed.TotalSeconds;
        File.Delete(file);
        return rate;
    }
}
