using Npgsql;
using NpgsqlTypes;

namespace Skale.EventStore;

/// <summary>One connection of a writer and its statements, which are prepared on it at their second use.</summary>
internal sealed class AppendSession(NpgsqlConnection connection, string schema) : IDisposable
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
    public static AppendSession Open(string connectionString, string schema)
    {
        var set = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false };
        set.Options = $"{set.Options} {Plans}".TrimStart();
        var connection = new NpgsqlConnection(set.ConnectionString);
        try
        {
            connection.Open();
            return new AppendSession(connection, schema);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Whether something was begun, and is neither committed nor undone.</summary>
    public bool IsInTransaction { get; private set; }

    public void Append(long epoch, long basePosition, AppendBatch batch, bool tell) => Execute(append, [epoch, basePosition, .. Arrays(batch), tell]);

    /// <summary>Whether it is its turn already.</summary>
    public bool BeginCopy(long epoch, long basePosition, AppendBatch batch)
    {
        IsInTransaction = true;
        Set(beginCopy.BatchCommands[2], [epoch, basePosition, batch.Keys, batch.Expected, batch.Latest, batch.Ids]);
        return (bool)beginCopy.ExecuteScalar()!;
    }

    public void Finish(bool isDue, long epoch, long basePosition, long count, bool tell)
    {
        Execute(finish, [isDue, epoch, basePosition, count, tell]);
        IsInTransaction = false;
    }

    public void Tell(long head) => Execute(end, [head]);

    public void Copy(long basePosition, AppendBatch batch, Dictionary<string, StreamTips.Tip> tips)
    {
        using (var rows = connection.BeginBinaryImport(
            $"copy {schema}.mt_events (seq_id, id, stream_id, version, type, data, timestamp, causation_id, correlation_id, headers) from stdin (format binary)"))
        {
            // A digest is made as its event is sent: the server works meanwhile.
            foreach (var i in batch.Link(basePosition, tips))
            {
                rows.StartRow();
                rows.Write(basePosition + i + 1, NpgsqlDbType.Bigint);
                rows.Write(batch.Ids[i], NpgsqlDbType.Uuid);
                rows.Write(batch.Streams[i], NpgsqlDbType.Varchar);
                rows.Write(batch.Versions[i], NpgsqlDbType.Bigint);
                rows.Write(batch.Types[i], NpgsqlDbType.Varchar);
                rows.Write(batch.Datas[i], NpgsqlDbType.Jsonb);
                rows.Write(batch.Times[i], NpgsqlDbType.TimestampTz);
                rows.Write(batch.Causations[i], NpgsqlDbType.Varchar);
                rows.Write(batch.Correlations[i], NpgsqlDbType.Varchar);
                rows.Write(batch.Headers[i], NpgsqlDbType.Jsonb);
            }

            rows.Complete();
        }

        using (var rows = connection.BeginBinaryImport($"copy {schema}.skale_digests (event_id, seq_id, digest) from stdin (format binary)"))
        {
            for (var i = 0; i < batch.Count; i++)
            {
                rows.StartRow();
                rows.Write(batch.Ids[i], NpgsqlDbType.Uuid);
                rows.Write(basePosition + i + 1, NpgsqlDbType.Bigint);
                rows.Write(batch.Digests[i], NpgsqlDbType.Bytea);
            }

            rows.Complete();
        }
    }

    public void Dispose()
    {
        foreach (var batch in new[] { append, beginCopy, finish, end })
        {
            batch.Dispose();
        }

        connection.Dispose();
    }

    private static void Execute(NpgsqlBatch batch, object[] values)
    {
        Set(batch.BatchCommands[0], values);
        batch.ExecuteNonQuery();
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
