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

    // A writer that stops in the middle of a transaction does not hold its streams for long.
    private readonly NpgsqlBatch beginCopy = Batch(
        connection, new("begin"), new("set local idle_in_transaction_session_timeout = '10s'"),
        Call(schema, "skale_begin", [NpgsqlDbType.Bigint, NpgsqlDbType.Bigint, .. Streams, ArrayOf(NpgsqlDbType.Uuid)]));

    private readonly NpgsqlBatch finish = Batch(
        connection, Call(schema, "skale_finish", [NpgsqlDbType.Boolean, NpgsqlDbType.Bigint, NpgsqlDbType.Bigint, NpgsqlDbType.Bigint, NpgsqlDbType.Boolean]), new("commit"));

    private readonly NpgsqlBatch end = Batch(connection, Call(schema, "skale_end", [NpgsqlDbType.Bigint]));

    /// <summary>
    /// A plan is made once, by the index whatever the size of the tables then: with the lengths of the arrays at hand the planner would find a new plan a little
    /// cheaper every time, and planning would be half of the work; and one made for a small table would read all of it when it is large.
    /// </summary>
    private const string Plans = "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c jit=off";

    /// <summary>Opens a connection of its own: what it is set to is for appends only.</summary>
    public static async Task<AppendSession> Open(string connectionString, string schema)
    {
        var set = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false };
        set.Options = $"{set.Options} {Plans}".TrimStart();
        var connection = new NpgsqlConnection(set.ConnectionString);
        try
        {
            await connection.OpenAsync();
            return new AppendSession(connection, schema);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Whether something was begun, and is neither committed nor undone.</summary>
    public bool IsInTransaction { get; private set; }

    public Task Append(long epoch, long basePosition, AppendBatch batch, bool tell) => Execute(append, [epoch, basePosition, .. Arrays(batch), tell]);

    /// <summary>Whether it is its turn already.</summary>
    public async Task<bool> BeginCopy(long epoch, long basePosition, AppendBatch batch)
    {
        IsInTransaction = true;
        Set(beginCopy.BatchCommands[2], [epoch, basePosition, batch.Keys, batch.Expected, batch.Latest, batch.Ids]);
        return (bool)(await beginCopy.ExecuteScalarAsync())!;
    }

    public async Task Finish(bool isDue, long epoch, long basePosition, long count, bool tell)
    {
        await Execute(finish, [isDue, epoch, basePosition, count, tell]);
        IsInTransaction = false;
    }

    public Task Tell(long head) => Execute(end, [head]);

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
        foreach (var batch in new[] { append, beginCopy, finish, end })
        {
            await batch.DisposeAsync();
        }

        await connection.DisposeAsync();
    }

    private static Task<int> Execute(NpgsqlBatch batch, object[] values)
    {
        Set(batch.BatchCommands[0], values);
        return batch.ExecuteNonQueryAsync();
    }

    private static void Set(NpgsqlBatchCommand call, object[] values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            call.Parameters[i].Value = values[i];
        }
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
