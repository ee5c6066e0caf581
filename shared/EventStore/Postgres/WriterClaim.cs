using Npgsql;

namespace Skale.EventStore;

/// <summary>The right to write a schema: its epoch, and what can be learned of a commit whose connection broke.</summary>
internal sealed class WriterClaim(NpgsqlDataSource source, string log)
{
    private readonly string schema = PostgresSchema.NameOf(log);
    private readonly Guid holder = Guid.NewGuid();

    /// <summary>The epoch under which this writer writes.</summary>
    public long Epoch { get; private set; }

    /// <summary>Takes the next epoch, which fences every writer before it.</summary>
    /// <param name="isAgain">Only if it is still this one that holds it.</param>
    /// <returns>The position of the last event; null when another writer has it.</returns>
    public async Task<long?> Take(bool isAgain, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand($"select epoch, head from {schema}.skale_claim($1, $2)");
        command.Parameters.Add(new() { Value = holder });
        command.Parameters.Add(new() { Value = isAgain });
        await using var row = await command.ExecuteReaderAsync(cancellation);
        if (!await row.ReadAsync(cancellation))
        {
            return null;
        }

        Epoch = row.GetInt64(0);
        return row.GetInt64(1);
    }

    /// <summary>Whether no other writer has taken over, asked on a session of the caller's.</summary>
    public async Task<bool> Holds(NpgsqlConnection session, CancellationToken cancellation)
    {
        await using var ask = new NpgsqlCommand($"select holder = $1 from {schema}.skale_writer", session) { Parameters = { new() { Value = holder } } };
        return await ask.ExecuteScalarAsync(cancellation) is true;
    }

    /// <summary>The position of the last of these events, all stored behind a position; null when they are not.</summary>
    public async Task<long?> LookUp(Guid[] ids, long after)
    {
        await using var command = source.CreateCommand($"select count(*), max(seq_id) from {schema}.skale_digests where event_id = any($1) and seq_id > $2");
        command.Parameters.Add(new() { Value = ids });
        command.Parameters.Add(new() { Value = after });
        await using var row = await command.ExecuteReaderAsync();
        await row.ReadAsync();
        return row.GetInt64(0) == ids.Length ? row.GetInt64(1) : null;
    }

    /// <summary>Why this writer writes no more, when another one has taken over.</summary>
    public async Task<WriterFencedException> Fenced()
    {
        await using var command = source.CreateCommand($"select epoch from {schema}.skale_writer");
        return new WriterFencedException(log, Epoch, (long)(await command.ExecuteScalarAsync())!);
    }
}
