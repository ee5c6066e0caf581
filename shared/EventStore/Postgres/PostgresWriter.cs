using Npgsql;

namespace Skale.EventStore;

/// <summary>The one writer of a schema. Its commits come one after another (see <see cref="GroupCommit"/>).</summary>
internal sealed class PostgresWriter : IAsyncDisposable
{
    private const int FewAppends = 4;
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan RetryEvery = TimeSpan.FromMilliseconds(100);
    private readonly NpgsqlDataSource source;
    private readonly string log;
    private readonly string schema;
    private readonly TimeSpan patience;
    private readonly Guid holder = Guid.NewGuid();
    private readonly StreamTips tips;
    private AppendCommand? append;
    private long epoch;
    private long head;
    private bool tell;
    private long toldAt;
    private Exception? failure;

    private PostgresWriter(NpgsqlDataSource source, string log, TimeSpan patience) =>
        (this.source, this.log, schema, this.patience, tips) = (source, log, PostgresSchema.NameOf(log), patience, new StreamTips(source, PostgresSchema.NameOf(log)));

    /// <summary>Takes the next epoch, which fences every writer before it.</summary>
    public static async Task<PostgresWriter> Open(NpgsqlDataSource source, string log, TimeSpan patience, CancellationToken cancellation)
    {
        var writer = new PostgresWriter(source, log, patience);
        await writer.Connect(isAgain: false, cancellation);
        return writer;
    }

    /// <summary>Stores a group in one transaction where all of it fits, else each append in its own, so that a refusal hits only its own append.</summary>
    public async Task Commit(IReadOnlyList<PendingAppend> group)
    {
        var now = Environment.TickCount64;
        tell = group.Count < FewAppends || now - toldAt > LongestSilence.TotalMilliseconds;
        toldAt = tell ? now : toldAt;
        if (group.Count > 1 && await StoreTogether(group) is { } last)
        {
            for (var i = group.Count - 1; i >= 0; last -= group[i].Events.Count, i--)
            {
                group[i].Succeed(last);
            }

            return;
        }

        foreach (var pending in group)
        {
            try
            {
                pending.Succeed(await Store(AppendBatch.Of(log, pending.Events)));
            }
            catch (Exception e)
            {
                pending.Fail(e);
            }
        }
    }

    /// <summary>Under load not every commit is told to other processes: the last one is, here, as soon as there is time.</summary>
    public async Task TellTheRest()
    {
        if (!tell && failure is null)
        {
            tell = true;
            try
            {
                await append!.Tell(head);
            }
            catch (NpgsqlException)
            {
                // The next append finds the connection broken; until then readers look for themselves.
            }
        }
    }

    public ValueTask DisposeAsync() => append?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task<long?> StoreTogether(IReadOnlyList<PendingAppend> group)
    {
        try
        {
            return await Store(AppendBatch.Of(log, [.. group.SelectMany(append => append.Events)]));
        }
        catch (Exception e) when (e is VersionConflictException or DuplicateEventException)
        {
            return null;
        }
    }

    private async Task<long> Store(AppendBatch batch)
    {
        while (failure is null)
        {
            try
            {
                var behind = await tips.Of(batch);
                await append!.Execute(epoch, head, batch, behind, tell);
                head += batch.Count;
                foreach (var (stream, tip) in behind)
                {
                    tips.Remember(stream, tip);
                }

                return head;
            }
            catch (PostgresException e) when (PostgresAnswer.Refusal(log, epoch, e, batch) is { } refusal)
            {
                failure = refusal as WriterFencedException;
                throw refusal;
            }
            catch (NpgsqlException e) when (PostgresAnswer.IsOutage(e))
            {
                if (await Resolve(batch, e) is { } stored)
                {
                    head = stored;
                    tips.Forget();
                    return head;
                }
            }
        }

        throw failure;
    }

    /// <summary>
    /// Learns the outcome of a commit whose connection broke. Taking a new epoch first makes sure that the broken attempt cannot succeed later;
    /// then the ids tell, and only what is not stored is sent again.
    /// </summary>
    /// <returns>The position of the last event, or null when nothing was stored.</returns>
    private async Task<long?> Resolve(AppendBatch batch, NpgsqlException cause)
    {
        var before = head;
        for (var until = Environment.TickCount64 + patience.TotalMilliseconds; ; await Task.Delay(RetryEvery))
        {
            try
            {
                var mine = await Connect(isAgain: true, default);
                var stored = await LookUp(batch.Ids, before);
                if (stored is null && !mine)
                {
                    failure = await Fenced();
                    throw failure;
                }

                return stored;
            }
            catch (NpgsqlException e) when (PostgresAnswer.IsOutage(e))
            {
                if (Environment.TickCount64 > until)
                {
                    failure = new CommitUnknownException(log, cause);
                    throw failure;
                }
            }
        }
    }

    private async Task<bool> Connect(bool isAgain, CancellationToken cancellation)
    {
        await DisposeAsync();
        var connection = await source.OpenConnectionAsync(cancellation);
        append = await AppendCommand.Prepare(connection, schema, cancellation);
        await using var command = new NpgsqlCommand($"select epoch, head from {schema}.skale_claim($1, $2)", connection) { Parameters = { new() { Value = holder }, new() { Value = isAgain } } };
        await using var row = await command.ExecuteReaderAsync(cancellation);
        if (!await row.ReadAsync(cancellation))
        {
            return false;
        }

        (epoch, head) = (row.GetInt64(0), row.GetInt64(1));
        return true;
    }

    private async Task<long?> LookUp(Guid[] ids, long after)
    {
        await using var command = source.CreateCommand($"select count(*), max(seq_id) from {schema}.skale_digests where event_id = any($1) and seq_id > $2");
        command.Parameters.Add(new() { Value = ids });
        command.Parameters.Add(new() { Value = after });
        await using var row = await command.ExecuteReaderAsync();
        await row.ReadAsync();
        return row.GetInt64(0) == ids.Length ? row.GetInt64(1) : null;
    }

    private async Task<WriterFencedException> Fenced()
    {
        await using var command = source.CreateCommand($"select epoch from {schema}.skale_writer");
        return new WriterFencedException(log, epoch, (long)(await command.ExecuteScalarAsync())!);
    }
}
