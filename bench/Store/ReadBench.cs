using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Npgsql;
using Skale.EventStore;

namespace Skale.Bench.Store;

/// <summary>A whole log read into state, beside the least that any reader must do.</summary>
internal static class ReadBench
{
    private const int Streams = 5_000;

    public static async Task Run(int events, int rounds)
    {
        Machine.Print($"bench/run read --events {events} --rounds {rounds}");
        await using var server = await StoreServer.Start();
        await using var log = await server.NewLog("ours");
        var folder = Directory.CreateTempSubdirectory("skale-bench-").FullName;
        await using var journal = JournalLog.Open(folder, "ours");
        for (var first = 0; first < events; first += Streams)
        {
            var batch = Enumerable.Range(0, Streams).Select(s => Sample.Event($"s{s}", (first / Streams) + 1)).ToArray();
            await Task.WhenAll(log.Append(batch), journal.Append(batch));
        }

        await server.Execute("vacuum analyze ours.mt_events");
        var types = new EventTypes().Add<Sample.NodeMeasured>(Sample.Type);
        Console.WriteLine($"\n{events:N0} events, medians of {rounds} rounds in turns, warm\n\n| full replay into state | events/s | ratio | limit | holds |\n|---|---|---|---|---|");
        await Compare(rounds, 0.75, "PostgreSQL: bare Npgsql reader and System.Text.Json", () => BareRows(server), "PostgreSQL: ours", () => Fold(log, types), events);
        await Compare(rounds, 0.8, "journal: bare parsing of the same bytes", () => BareLines(folder), "journal: ours", () => Fold(journal, types), events);
        Directory.Delete(folder, recursive: true);
    }

    private static async Task Compare(int rounds, double limit, string bareName, Func<Task<long>> bare, string oursName, Func<Task<long>> ours, int events)
    {
        var (theirs, mine) = (new List<double>(), new List<double>());
        for (var round = 0; round <= rounds; round++)
        {
            var (b, a) = (await Rate(bare, events), await Rate(ours, events));
            if (round > 0)
            {
                theirs.Add(b);
                mine.Add(a);
            }
        }

        var (x, y) = (AppendBench.Median(mine), AppendBench.Median(theirs));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {bareName} | {y:N0} | | | |\n| {oursName} | {x:N0} | {x / y:0.00} | {limit} | {(x / y >= limit ? "yes" : "NO")} |"));
    }

    private static async Task<double> Rate(Func<Task<long>> read, int events)
    {
        var clock = Stopwatch.StartNew();
        var free = await read();
        return free > 0 ? events / clock.Elapsed.TotalSeconds : throw new InvalidOperationException("Nothing was read.");
    }

    /// <summary>The state: what each host has free, by name, as a fold would keep it.</summary>
    private static void Evolve(Dictionary<string, long> state, Sample.NodeMeasured e) => state[e.Host] = e.Free + state.GetValueOrDefault(e.Host);

    private static async Task<long> Fold(IEventLog log, EventTypes types)
    {
        var state = new Dictionary<string, long>();
        await foreach (var stored in log.ReadAll())
        {
            Evolve(state, (Sample.NodeMeasured)types.Deserialize(stored));
        }

        return state.Values.Sum();
    }

    /// <summary>One query, six columns.</summary>
    private static async Task<long> BareRows(StoreServer server)
    {
        var state = new Dictionary<string, long>();
        await using var connection = new NpgsqlConnection(server.Owner);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("select seq_id, stream_id, version, type, data, timestamp from ours.mt_events order by seq_id", connection);
        await command.PrepareAsync();
        await using var row = await command.ExecuteReaderAsync();
        while (await row.ReadAsync())
        {
            _ = (row.GetInt64(0), row.GetString(1), row.GetInt64(2), row.GetString(3), row.GetDateTime(5));
            Evolve(state, JsonSerializer.Deserialize<Sample.NodeMeasured>(row.GetFieldValue<byte[]>(4))!);
        }

        return state.Values.Sum();
    }

    /// <summary>Each line through System.Text.Json into one object, payload included; a file at a time is in memory.</summary>
    private static async Task<long> BareLines(string folder)
    {
        var state = new Dictionary<string, long>();
        foreach (var file in Directory.GetFiles(folder, "*.jsonl").Order())
        {
            var bytes = await File.ReadAllBytesAsync(file);
            for (int start = 0, length; (length = bytes.AsSpan(start).IndexOf((byte)'\n')) >= 0; start += length + 1)
            {
                Evolve(state, JsonSerializer.Deserialize<Line>(bytes.AsSpan(start, length))!.Data);
            }
        }

        return state.Values.Sum();
    }

    private sealed record Line(long Position, Guid Id, string Stream, long Version, string Type, DateTimeOffset At, Guid? CausationId, Guid? CorrelationId, Sample.NodeMeasured Data);
}
