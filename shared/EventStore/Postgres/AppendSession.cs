using Npgsql;
using NpgsqlTypes;

namespace Skale.EventStore;

/// <summary>One connection of a writer and its statements, which are prepared on it at their second use.</summary>
internal sealed class AppendSession(NpgsqlConnection connection, string schema) : IAsyncDisposable
{
    private static readonly NpgsqlDbType[] Streams = [ArrayOf(NpgsqlDbType.Varchar), ArrayOf(NpgsqlDbType.Bigint), ArrayOf(NpgsqlDbType.Bigint)];

    private static readonly NpgsqlDbType[] Events =
    [
        ArrayOf(NpgsqlDbType.Uuid), ArrayOf(NpgsqlDbType.Varchar), ArrayOf(NpgsqlDbType.Bigint), ArrayOf(NpgsqlDbType.Varchar), ArrayOf(NpgsqlDbType.Jsonb),
        ArrayOf(NpgsqlDbType.TimestampTz), ArrayOf(NpgsqlDbType.Varchar), ArrayOf(NpgsqlDbType.Varchar), ArrayOf(NpgsqlDbType.Jsonb), ArrayOf(NpgsqlDbType.Bytea),
    ];

    private readonly NpgsqlBatch append = Batch(connection, Call(schema, "skale_append", [NpgsqlDbType.Bigint, NpgsqlDbType.Bigint, .. Streams, .. Events, NpgsqlDbType.Boolean]));
    private readonly NpgsqlBatch begin = Batch(connection, new("begin"), Call(schema, "skale_store", [NpgsqlDbType.Bigint, .. Streams, .. Events]));
    private readonly NpgsqlBatch beginCopy = Batch(connection, new("begin"), Call(schema, "skale_move", [.. Streams, ArrayOf(NpgsqlDbType.Uuid)]));
    private readonly NpgsqlBatch finish = Batch(
        connection, Call(schema, "skale_finish", [NpgsqlDbType.Bigint, NpgsqlDbType.Bigint, NpgsqlDbType.Bigint, NpgsqlDbType.Boolean]), new("commit"));

    private readonly NpgsqlBatch end = Batch(connection, Call(schema, "skale_end", [NpgsqlDbType.Bigint]));

    public Task Append(long epoch, long basePosition, AppendBatch batch, bool tell) => Execute(append, 0, [epoch, basePosition, .. Arrays(batch), tell]);

    public Task Begin(long basePosition, AppendBatch batch) => Execute(begin, 1, [basePosition, .. Arrays(batch)]);

    public Task BeginCopy(AppendBatch batch) => Execute(beginCopy, 1, [batch.Keys, batch.Expected, batch.Latest, batch.Ids]);

    public Task Finish(long epoch, long basePosition, long count, bool tell) => Execute(finish, 0, [epoch, basePosition, count, tell]);

    public Task Tell(long head) => Execute(end, 0, [head]);

    public async Task Copy(long basePosition, AppendBatch batch, Dictionary<string, StreamTips.Tip> tips)
    {
        await using (var rows = await connection.BeginBinaryImportAsync(
            $"copy {schema}.mt_events (seq_id, id, stream_id, version, type, data, timestamp, causation_id, correlation_id, headers) from stdin (format binary)"))
        {
            // A digest is made as its event is sent: the server works meanwhile.
            foreach (var i in batch.Link(basePosition, tips))
            {
                await rows.StartRowAsync();
                await rows.WriteAsync(basePosition + i + 1, NpgsqlDbType.Bigint);
                await rows.WriteAsync(batch.Ids[i], NpgsqlDbType.Uuid);
                await rows.WriteAsync(batch.Streams[i], NpgsqlDbType.Varchar);
                await rows.WriteAsync(batch.Versions[i], NpgsqlDbType.Bigint);
                await rows.WriteAsync(batch.Types[i], NpgsqlDbType.Varchar);
                await rows.WriteAsync(batch.Datas[i], NpgsqlDbType.Jsonb);
                await rows.WriteAsync(batch.Times[i], NpgsqlDbType.TimestampTz);
                await rows.WriteAsync(batch.Causations[i], NpgsqlDbType.Varchar);
                await rows.WriteAsync(batch.Correlations[i], NpgsqlDbType.Varchar);
                await rows.WriteAsync(batch.Headers[i], NpgsqlDbType.Jsonb);
            }

            await rows.CompleteAsync();
        }

        await using (var rows = await connection.BeginBinaryImportAsync($"copy {schema}.skale_digests (event_id, seq_id, digest) from stdin (format binary)"))
        {
            for (var i = 0; i < batch.Count; i++)
            {
                await rows.StartRowAsync();
                await rows.WriteAsync(batch.Ids[i], NpgsqlDbType.Uuid);
                await rows.WriteAsync(basePosition + i + 1, NpgsqlDbType.Bigint);
                await rows.WriteAsync(batch.Digests[i], NpgsqlDbType.Bytea);
            }

            await rows.CompleteAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var batch in new[] { append, begin, beginCopy, finish, end })
        {
            await batch.DisposeAsync();
        }

        await connection.DisposeAsync();
    }

    private static async Task Execute(NpgsqlBatch batch, int call, object[] values)
    {
        var parameters = batch.BatchCommands[call].Parameters;
        for (var i = 0; i < values.Length; i++)
        {
            parameters[i].Value = values[i];
        }

        await batch.ExecuteNonQueryAsync();
    }

    private static object[] Arrays(AppendBatch batch) =>
    [
        batch.Keys, batch.Expected, batch.Latest,
        batch.Ids, batch.Streams, batch.Versions, batch.Types, batch.Datas, batch.Times, batch.Causations, batch.Correlations, batch.Headers, batch.Digests,
    ];

    private static NpgsqlBatch Batch(NpgsqlConnection connection, params NpgsqlBatchCommand[] commands)
    {
        var batch = new NpgsqlBatch(connection);
        foreach (var command in commands)
        {
            batch.BatchCommands.Add(command);
        }

        return batch;
    }

    private static NpgsqlBatchCommand Call(string schema, string function, NpgsqlDbType[] parameters)
    {
        var call = new NpgsqlBatchCommand($"select {schema}.{function}({string.Join(", ", parameters.Select((_, i) => $"${i + 1}"))})");
        call.Parameters.AddRange(parameters.Select(type => new NpgsqlParameter { NpgsqlDbType = type }).ToArray());
        return call;
    }

    private static NpgsqlDbType ArrayOf(NpgsqlDbType type) => NpgsqlDbType.Array | type;
}
