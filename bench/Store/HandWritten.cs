using System.Diagnostics;
using Npgsql;
using NpgsqlTypes;

namespace Skale.Bench.Store;

/// <summary>
/// What somebody would write for speed alone: each writer on an open connection, one prepared batch of two statements in one transaction. No version is
/// checked, no id is unique, nothing is digested.
/// </summary>
internal static class HandWritten
{
    public static async Task<double> Run(StoreServer server, int writers, int size, int streamsPerWriter, TimeSpan time)
    {
        await server.NewSchema("hand");
        long stored = 0;
        var ending = false;
        var work = Enumerable.Range(0, writers).Select(writer => Task.Run(async () =>
        {
            await using var connection = new NpgsqlConnection(server.Owner);
            await connection.OpenAsync();
            await using var batch = Batch(connection);
            await batch.PrepareAsync();
            var versions = new long[streamsPerWriter];
            for (var n = 0; !Volatile.Read(ref ending); n = (n + 1) % streamsPerWriter)
            {
                var events = Enumerable.Range(0, size).Select(_ => Sample.Event($"h{writer}-{n}", ++versions[n])).ToArray();
                Set(batch.BatchCommands[0], events[0].Stream, versions[n]);
                Set(
                    batch.BatchCommands[1], events[0].Stream, events.Select(e => e.Id).ToArray(), events.Select(e => e.Version).ToArray(), events.Select(e => e.Data).ToArray(),
                    events.Select(e => e.At.UtcDateTime).ToArray(), events.Select(e => e.CausationId!.Value.ToString("D")).ToArray());
                await batch.ExecuteNonQueryAsync();
                Interlocked.Add(ref stored, size);
            }
        })).ToArray();
        await Task.Delay(TimeSpan.FromSeconds(1));
        var (before, clock) = (Interlocked.Read(ref stored), Stopwatch.StartNew());
        await Task.WhenAny(Task.Delay(time), Task.WhenAll(work));
        var rate = (Interlocked.Read(ref stored) - before) / clock.Elapsed.TotalSeconds;
        Volatile.Write(ref ending, true);
        await Task.WhenAll(work);
        return rate;
    }

    private static NpgsqlBatch Batch(NpgsqlConnection connection) => new(connection)
    {
        BatchCommands =
        {
            new("insert into hand.mt_streams (id, version) values ($1, $2) on conflict (id) do update set version = excluded.version, timestamp = now()")
            {
                Parameters = { new() { NpgsqlDbType = NpgsqlDbType.Varchar }, new() { NpgsqlDbType = NpgsqlDbType.Bigint } },
            },
            new(
                $"""
                insert into hand.mt_events (seq_id, id, stream_id, version, type, data, timestamp, causation_id, correlation_id)
                select nextval('hand.mt_events_sequence'), e.id, $1, e.version, '{Sample.Type}', e.data, e.at, e.cause, e.cause
                from unnest($2, $3, $4, $5, $6) as e (id, version, data, at, cause)
                """)
            {
                Parameters =
                {
                    new() { NpgsqlDbType = NpgsqlDbType.Varchar }, new() { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid },
                    new() { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint }, new() { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb },
                    new() { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz }, new() { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Varchar },
                },
            },
        },
    };

    private static void Set(NpgsqlBatchCommand command, params object[] values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }
    }
}
