using Npgsql;
using NpgsqlTypes;

namespace Skale.EventStore;

/// <summary>
/// How a writer stores a batch, in one transaction: few events by one prepared statement in one round trip, many by COPY in a handful of them.
/// </summary>
internal sealed class AppendCommand : IAsyncDisposable
{
    private const int CopyFrom = 512;
    private readonly NpgsqlConnection connection;
    private readonly string schema;
    private readonly NpgsqlCommand all;
    private readonly NpgsqlCommand begin;
    private readonly NpgsqlCommand end;

    private AppendCommand(NpgsqlConnection connection, string schema)
    {
        (this.connection, this.schema) = (connection, schema);
        NpgsqlParameter[] writer = [Of(NpgsqlDbType.Bigint), Of(NpgsqlDbType.Bigint)];
        NpgsqlParameter[] streams = [ArrayOf(NpgsqlDbType.Varchar), ArrayOf(NpgsqlDbType.Bigint), ArrayOf(NpgsqlDbType.Bigint)];
        NpgsqlParameter[] events =
        [
            ArrayOf(NpgsqlDbType.Uuid), ArrayOf(NpgsqlDbType.Varchar), ArrayOf(NpgsqlDbType.Bigint), ArrayOf(NpgsqlDbType.Varchar), ArrayOf(NpgsqlDbType.Jsonb),
            ArrayOf(NpgsqlDbType.TimestampTz), ArrayOf(NpgsqlDbType.Varchar), ArrayOf(NpgsqlDbType.Varchar), ArrayOf(NpgsqlDbType.Jsonb), ArrayOf(NpgsqlDbType.Bytea),
        ];
        all = Call("skale_append", [.. writer, .. streams, .. events, Of(NpgsqlDbType.Boolean)]);
        begin = Call("skale_begin", [.. writer.Select(p => p.Clone()), .. streams.Select(p => p.Clone()), events[0].Clone()]);
        end = Call("skale_end", [writer[0].Clone()]);
    }

    public static async Task<AppendCommand> Prepare(NpgsqlConnection connection, string schema, CancellationToken cancellation)
    {
        var append = new AppendCommand(connection, schema);
        await append.all.PrepareAsync(cancellation);
        return append;
    }

    /// <summary>Stores the batch behind the base position.</summary>
    /// <param name="tips">Where its streams end; afterwards, where they will.</param>
    /// <param name="tell">Whether other processes are to hear of it now; the next append that tells tells of this one too.</param>
    public async Task Execute(long epoch, long basePosition, AppendBatch batch, Dictionary<string, StreamTips.Tip> tips, bool tell)
    {
        object[] writer = [epoch, basePosition, batch.Keys, batch.Expected, batch.Latest, batch.Ids];
        if (batch.Count >= CopyFrom)
        {
            await Copy(writer, basePosition, batch, tips);
            return;
        }

        foreach (var _ in batch.Link(basePosition, tips))
        {
        }

        Set(all, [.. writer, batch.Streams, batch.Versions, batch.Types, batch.Datas, batch.Times, batch.Causations, batch.Correlations, batch.Headers, batch.Digests, tell]);
        await all.ExecuteNonQueryAsync();
    }

    /// <summary>Tells other processes how far the log goes.</summary>
    public async Task Tell(long head)
    {
        Set(end, [head]);
        await end.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await all.DisposeAsync();
        await begin.DisposeAsync();
        await end.DisposeAsync();
        await connection.DisposeAsync();
    }

    private async Task Copy(object[] writer, long basePosition, AppendBatch batch, Dictionary<string, StreamTips.Tip> tips)
    {
        await using var transaction = await connection.BeginTransactionAsync();
        Set(begin, writer);
        await begin.ExecuteNonQueryAsync();
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

        await Tell(basePosition + batch.Count);
        await transaction.CommitAsync();
    }

    private NpgsqlCommand Call(string function, NpgsqlParameter[] parameters)
    {
        var call = new NpgsqlCommand($"select {schema}.{function}({string.Join(", ", parameters.Select((_, i) => $"${i + 1}"))})", connection);
        call.Parameters.AddRange(parameters);
        return call;
    }

    private static void Set(NpgsqlCommand call, object[] values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            call.Parameters[i].Value = values[i];
        }
    }

    private static NpgsqlParameter Of(NpgsqlDbType type) => new() { NpgsqlDbType = type };

    private static NpgsqlParameter ArrayOf(NpgsqlDbType type) => Of(NpgsqlDbType.Array | type);
}
