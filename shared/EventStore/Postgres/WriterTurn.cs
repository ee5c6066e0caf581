using Npgsql;

namespace Skale.EventStore;

/// <summary>
/// Whose turn it is to write a log: an advisory lock, held by a session of its own. It keeps a second process from putting out a healthy writer; what keeps two
/// from writing is the epoch (<see cref="WriterClaim"/>), whatever becomes of this session.
/// </summary>
/// <remarks>
/// The lock is only ever tried, never waited for in the server: a statement that waits holds a snapshot, and nothing could be vacuumed while a standby stands by.
/// The server ends the session, and so frees the lock, at once when the process is killed, and after <see cref="Lease"/> when its machine is dead or it stands still.
/// </remarks>
internal sealed class WriterTurn : IAsyncDisposable
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BeatEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryEvery = TimeSpan.FromMilliseconds(100);
    private const string NamePrefix = "skale ";
    private readonly string log;
    private readonly string schema;
    private readonly string connectionString;
    private readonly CancellationTokenSource stop = new();
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private NpgsqlConnection? session;
    private bool isOurs;
    private Task? keeping;

    public WriterTurn(NpgsqlConnectionStringBuilder connection, string log)
    {
        (this.log, schema) = (log, PostgresSchema.NameOf(log));
        connectionString = new NpgsqlConnectionStringBuilder(connection.ConnectionString)
        {
            Pooling = false,
            Timeout = (int)Lease.TotalSeconds,
            CommandTimeout = (int)Lease.TotalSeconds,
            ApplicationName = $"{NamePrefix}process {Environment.ProcessId} on {Environment.MachineName}",
        }.ConnectionString;
    }

    /// <summary>See <see cref="IStandbyLog.Ended"/>.</summary>
    public Task Ended => ended.Task;

    /// <exception cref="LogHeldException">Another process has the turn; says which, and since when.</exception>
    public async Task Take(CancellationToken cancellation)
    {
        try
        {
            if (!await TryTake(cancellation))
            {
                throw new LogHeldException(await Holder(cancellation));
            }
        }
        catch (NpgsqlException)
        {
            await Close();
            throw;
        }
    }

    /// <summary>Keeps the turn of a writer that has claimed the log: lets the server hear of it, takes the lock again after an outage, and gives it up when the writer has ended.</summary>
    public void Keep(PostgresWriter writer) => keeping = Task.Run(() => KeepWhileWriting(writer));

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await (keeping ?? Task.CompletedTask);
        await Close();
    }

    private async Task KeepWhileWriting(PostgresWriter writer)
    {
        while (!stop.IsCancellationRequested && writer.Failure is null)
        {
            try
            {
                await TryTake(stop.Token);
                if (!await writer.Claim.Holds(session!, stop.Token))
                {
                    ended.SetException(await writer.Claim.Fenced());
                    break;
                }

                await session!.WaitAsync(BeatEvery, stop.Token); // Nothing is sent to this session: it waits, or hears that it was cut.
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException or InvalidOperationException)
            {
                await Close();
                await Task.Delay(RetryEvery, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        if (writer.Failure is { } failure)
        {
            ended.TrySetException(failure);
        }

        await Close();
    }

    private async Task<bool> TryTake(CancellationToken cancellation)
    {
        if (session is null)
        {
            session = new NpgsqlConnection(connectionString);
            await session.OpenAsync(cancellation);
            await using var lease = new NpgsqlCommand($"set idle_session_timeout = {(int)Lease.TotalMilliseconds}", session);
            await lease.ExecuteNonQueryAsync(cancellation);
        }

        await using var take = new NpgsqlCommand("select pg_try_advisory_lock(hashtextextended($1, 0))", session) { Parameters = { new() { Value = Key } } };
        return isOurs = isOurs || (bool)(await take.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>The lock as <c>pg_locks</c> shows it: the halves of its key in two columns.</summary>
    private async Task<string> Holder(CancellationToken cancellation)
    {
        await using var find = new NpgsqlCommand(
            $"""
            select w.opened_at, (select a.application_name from pg_locks l join pg_stat_activity a on a.pid = l.pid
                where l.locktype = 'advisory' and l.granted and l.objsubid = 1 and l.database = (select oid from pg_database where datname = current_database())
                and (l.classid::bigint << 32) | l.objid::bigint = hashtextextended($1, 0))
            from {schema}.skale_writer w
            """,
            session);
        find.Parameters.Add(new() { Value = Key });
        await using var row = await find.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        var name = row.IsDBNull(1) ? "another process" : row.GetString(1).Replace(NamePrefix, "", StringComparison.Ordinal);
        return $"Log '{log}' is written by {name}, since {row.GetDateTime(0):yyyy-MM-ddTHH:mm:ssZ}.";
    }

    private string Key => $"skale writer of {schema}";

    private async Task Close()
    {
        if (session is not null && isOurs)
        {
            await Release(session);
        }

        isOurs = false;
        await (session?.DisposeAsync() ?? ValueTask.CompletedTask);
        session = null;
    }

    /// <summary>The server frees the lock of a closed session a little later only; who comes next is to find it free.</summary>
    private static async Task Release(NpgsqlConnection session)
    {
        try
        {
            await using var release = new NpgsqlCommand("select pg_advisory_unlock_all()", session);
            await release.ExecuteNonQueryAsync();
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or InvalidOperationException)
        {
            // The session is gone, and the lock with it.
        }
    }
}
