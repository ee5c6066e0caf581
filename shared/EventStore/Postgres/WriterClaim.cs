using Npgsql;

namespace Skale.EventStore;

/// <summary>The right to write a schema: its epoch, and what can be learned of a commit whose connection broke.</summary>
internal sealed class WriterClaim(NpgsqlDataSource source, string log)
{
    private static readonly TimeSpan RetryEvery = TimeSpan.FromMilliseconds(100);
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

    /// <summary>
    /// Learns the outcome of a commit whose connection broke. Taking a new epoch first makes sure that the broken attempt cannot succeed later;
    /// then the ids tell, and only what is not stored is sent again.
    /// </summary>
    /// <param name="head">The position of the last event before that commit.</param>
    /// <returns>The position of the commit's last event, null when nothing of it was stored; where the log ends; and why this writer writes no more, if so.</returns>
    public async Task<(long? Stored, long Head, Exception? Failure)> Resolve(Guid[] ids, long head, NpgsqlException cause, TimeSpan patience)
    {
        for (var until = Environment.TickCount64 + patience.TotalMilliseconds; ; await Task.Delay(RetryEvery))
        {
            try
            {
                var found = await Take(isAgain: true, default);
                var stored = await LookUp(ids, head);
                return (stored, stored ?? found ?? head, stored is null && found is null ? await Fenced() : null);
            }
            catch (NpgsqlException e) when (PostgresAnswer.IsOutage(e))
            {
                if (Environment.TickCount64 > until)
                {
                    return (null, head, new CommitUnknownException(log, cause));
                }
            }
        }
    }

    /// <summary>The position of the last of these events, all stored behind a position; null when they are not.</summary>
    private async Task<long?> LookUp(Guid[] ids, long after)
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
