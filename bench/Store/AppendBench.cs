using System.Diagnostics;
using System.Globalization;
using Skale.EventStore;

namespace Skale.Bench.Store;

/// <summary>Appending, beside what the same server does in the same minutes: bare rows by pgbench, and the best batch written by hand.</summary>
internal static class AppendBench
{
    private const int StreamsPerWriter = 100;
    private const int FewMethods = 20;
    private const int MostWarmUps = 4;
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(6);

    public static async Task Run(int rounds)
    {
        Machine.Print($"bench/run append --rounds {rounds}");
        await using var server = await StoreServer.Start();
        var cases = new (string What, int Size, int InFlight, Func<Task<double>> Rival, string RivalName, double Limit)[]
        {
            ("1 event per request, 8 in flight", 1, 8, () => BareRows(server, 8), "pgbench, bare event rows, 8 clients", 0.7),
            ("1 event per request, 32 in flight", 1, 32, () => BareRows(server, 32), "pgbench, bare event rows, 32 clients", 1.2),
            ("1 event per request, 256 in flight", 1, 256, () => BareRows(server, 32), "pgbench, bare event rows, 32 clients", 3),
            ("16 events per request, 8 in flight", 16, 8, () => HandWritten.Run(server, 8, 16, StreamsPerWriter, Time), "batch by hand, 8 writers", 1),
        };
        Console.WriteLine($"\nMedians of {rounds} rounds of {Time.TotalSeconds:0} s, ours and the rival in turns, one server\n");
        Console.WriteLine("| case | ours, events/s | rival | events/s | ratio | limit | holds |\n|---|---|---|---|---|---|---|");
        foreach (var (what, size, inFlight, rival, rivalName, limit) in cases)
        {
            await WarmUp(server, inFlight, size);
            var (ours, theirs) = (new List<double>(), new List<double>());
            for (var round = 0; round < rounds; round++)
            {
                theirs.Add(await rival());
                ours.Add(await Ours(server, inFlight, size));
            }

            var (a, b) = (Median(ours), Median(theirs));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {a:N0} | {rivalName} | {b:N0} | {a / b:0.00} | {limit} | {(a / b >= limit ? "yes" : "NO")} |"));
        }
    }

    /// <summary>Not counted: a service compiles its code for speed once in its life, the rival is a program in C.</summary>
    private static async Task WarmUp(StoreServer server, int inFlight, int size)
    {
        long compiled;
        var rounds = 0;
        do
        {
            compiled = Bench.WarmUp.CompiledMethods;
            await Ours(server, inFlight, size);
        }
        while (Bench.WarmUp.CompiledMethods - compiled > FewMethods && ++rounds < MostWarmUps);
    }

    private static async Task<double> Ours(StoreServer server, int inFlight, int size)
    {
        await using var log = await server.NewLog("ours");
        return await Drive(log, inFlight, size, StreamsPerWriter, Time);
    }

    /// <summary>Events per second with so many requests in flight, after a second of warming up.</summary>
    public static async Task<double> Drive(IEventLog log, int inFlight, int size, int streamsPerWriter, TimeSpan time, string prefix = "w")
    {
        long stored = 0;
        var ending = false;
        var writers = Enumerable.Range(0, inFlight).Select(writer => Task.Run(async () =>
        {
            var versions = new long[streamsPerWriter];
            for (var n = 0; !Volatile.Read(ref ending); n = (n + 1) % streamsPerWriter)
            {
                var events = new NewEvent[size];
                for (var i = 0; i < size; i++)
                {
                    events[i] = Sample.Event($"{prefix}{writer}-{n}", ++versions[n]);
                }

                await log.Append(events);
                Interlocked.Add(ref stored, size);
            }
        })).ToArray();
        await Task.Delay(TimeSpan.FromSeconds(1));
        var (before, clock) = (Interlocked.Read(ref stored), Stopwatch.StartNew());
        await Task.WhenAny(Task.Delay(time), Task.WhenAll(writers));
        var rate = (Interlocked.Read(ref stored) - before) / clock.Elapsed.TotalSeconds;
        Volatile.Write(ref ending, true);
        await Task.WhenAll(writers);
        return rate;
    }

    public static double Median(List<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>Nothing but the rows: no version check, no stream row update, no digest, no id constraint.</summary>
    private static async Task<double> BareRows(StoreServer server, int clients)
    {
        await server.NewSchema("bare");
        await server.Execute($"insert into bare.mt_streams (id, version) select 'w' || n, 0 from generate_series(0, {clients - 1}) n");
        return await server.PgBench(
            $"""
            insert into bare.mt_events (seq_id, id, stream_id, version, data, type, timestamp, causation_id, correlation_id) values (nextval('bare.mt_events_sequence'), gen_random_uuid(), 'w:client_id', currval('bare.mt_events_sequence'), '{Sample.Text(1)}', '{Sample.Type}', now(), '5f6d5b0e-6f0e-5a57-9d0e-1c5ca1e5e7f1', '5f6d5b0e-6f0e-5a57-9d0e-1c5ca1e5e7f1');

            """.Replace("'w:client_id'", "'w' || :client_id", StringComparison.Ordinal),
            clients,
            Time);
    }
}
