using Npgsql;

namespace Skale.EventStore;

/// <summary>
/// A log in PostgreSQL 15 or newer, in a schema of its own on Marten 9's table layout, so that Marten and its tooling can read it (select-only role,
/// <c>AutoCreate.None</c>). What is ours lives in tables beside Marten's. <see cref="PostgresSchema.Migrate"/> makes the tables.
/// Positions have no gaps, and are assigned in commit order: a reader that has seen one has seen all before it.
/// </summary>
public sealed class PostgresLog : IStandbyLog, ISkipRequests, ISnapshots
{
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(10);
    private readonly NpgsqlDataSource source;
    private readonly string connectionString;
    private readonly string schema;
    private readonly PostgresOptions options;
    private readonly PostgresReader reader;
    private readonly PostgresListener listener;
    private readonly WriterTurn turn;
    private PostgresWriter? writer;
    private GroupCommit? commits;

    private PostgresLog(NpgsqlConnectionStringBuilder connection, string log, PostgresOptions options)
    {
        Name = log;
        schema = PostgresSchema.NameOf(log);
        this.options = options;
        connectionString = connection.ConnectionString;
        source = NpgsqlDataSource.Create(connection);
        reader = new PostgresReader(source, schema);
        Evidence = new PostgresEvidence(source, schema);
        turn = new WriterTurn(connection, log);
        var listening = new NpgsqlConnectionStringBuilder(connection.ConnectionString) { Pooling = false, KeepAlive = (int)KeepAlive.TotalSeconds };
        listener = new PostgresListener(listening.ConnectionString, PostgresSchema.ChannelOf(schema), reader.Head);
    }

    public string Name { get; }

    public ILogEvidence Evidence { get; }

    public Task Ended => turn.Ended;

    /// <summary>Opens a log for writing and reading.</summary>
    /// <param name="connectionString">A service role of <see cref="PostgresSchema.Migrate"/>.</param>
    /// <exception cref="LogHeldException">Another writer is at work.</exception>
    /// <exception cref="InvalidOperationException">The tables are missing or of another version.</exception>
    public static async Task<PostgresLog> Open(string connectionString, string log, PostgresOptions? options = null, CancellationToken cancellation = default)
    {
        var opened = await OpenReader(connectionString, log, options, cancellation);
        try
        {
            await opened.BeginWriting(cancellation);
            return opened;
        }
        catch
        {
            await opened.DisposeAsync();
            throw;
        }
    }

    /// <summary>Puts out the writer at work, healthy or not: its next append is refused, and within seconds it gives up its turn to whoever stands by.</summary>
    /// <param name="connectionString">A service role of <see cref="PostgresSchema.Migrate"/>.</param>
    /// <exception cref="InvalidOperationException">The tables are missing or of another version.</exception>
    public static async Task Fence(string connectionString, string log, CancellationToken cancellation = default)
    {
        await using var opened = await OpenReader(connectionString, log, null, cancellation);
        await new WriterClaim(opened.source, log).Take(isAgain: false, cancellation);
    }

    /// <summary>Opens a log for reading, and for <see cref="BeginWriting"/> when its turn comes.</summary>
    /// <exception cref="InvalidOperationException">The tables are missing or of another version.</exception>
    public static async Task<PostgresLog> OpenReader(string connectionString, string log, PostgresOptions? options = null, CancellationToken cancellation = default)
    {
        var connection = new NpgsqlConnectionStringBuilder(connectionString) { NoResetOnClose = true, MaxAutoPrepare = 16, AutoPrepareMinUsages = 2, IncludeErrorDetail = true };
        connection.ApplicationName ??= $"skale {log}";
        var opened = new PostgresLog(connection, log, options ?? new PostgresOptions());
        try
        {
            await PostgresSchema.Check(opened.source, log, cancellation);
            return opened;
        }
        catch
        {
            await opened.DisposeAsync();
            throw;
        }
    }

    /// <summary>As the interface says; takes the next writer epoch, which fences every writer before it.</summary>
    public async Task BeginWriting(CancellationToken cancellation = default)
    {
        await turn.Take(cancellation);
        writer = await PostgresWriter.Open(source, connectionString, Name, options.OutagePatience, cancellation);
        commits = new GroupCommit(writer.Plan, PostgresWriter.Lanes, writer.TellTheRest);
        turn.Keep(writer);
    }

    public async Task<long> Append(IReadOnlyList<NewEvent> events, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        if (commits is null)
        {
            throw new InvalidOperationException($"Log '{Name}' in schema {schema} is open for reading only.");
        }

        var applied = AppendRules.Apply(Name, events);
        if (applied.Length == 0)
        {
            return await Head(cancellation);
        }

        var position = await commits.Append(applied);
        listener.Hear(position);
        return position;
    }

    public IAsyncEnumerable<StoredEvent> ReadAll(long afterPosition = 0, CancellationToken cancellation = default) => reader.ReadAll(afterPosition, cancellation);

    public IAsyncEnumerable<StoredEvent> ReadStream(string stream, long afterVersion = 0, CancellationToken cancellation = default) =>
        reader.ReadStream(stream, afterVersion, cancellation);

    public Task<long> Head(CancellationToken cancellation = default) => reader.Head(cancellation);

    public async Task WaitForAppend(long afterPosition, TimeSpan atMost, CancellationToken cancellation = default)
    {
        listener.Start();
        for (var until = Environment.TickCount64 + (long)atMost.TotalMilliseconds; ;)
        {
            var (news, listening) = (listener.News, listener.IsAlive);
            var left = TimeSpan.FromMilliseconds(until - Environment.TickCount64);
            if (listener.Known > afterPosition || left <= TimeSpan.Zero || (!listening && await Head(cancellation) > afterPosition))
            {
                return;
            }

            await AppendSignal.Wait(news, listening || left < options.PollEvery ? left : options.PollEvery, cancellation);
        }
    }

    public async Task<long> LoadCheckpoint(string reader, CancellationToken cancellation = default)
    {
        await using var command = source.CreateCommand($"select position from {schema}.skale_checkpoints where reader = $1");
        command.Parameters.Add(new() { Value = ReaderName.Check(reader) });
        return await command.ExecuteScalarAsync(cancellation) as long? ?? 0;
    }

    public async Task SaveCheckpoint(string reader, long position, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        await using var command = source.CreateCommand(
            $"insert into {schema}.skale_checkpoints (reader, position) values ($1, $2) on conflict (reader) do update set position = excluded.position, saved_at = now()");
        command.Parameters.Add(new() { Value = ReaderName.Check(reader) });
        command.Parameters.Add(new() { Value = position });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    public Task RequestSkip(SkipRequest request, CancellationToken cancellation = default) =>
        PostgresSkips.Add(source, schema, AppendRules.Apply(request), cancellation);

    public Task<IReadOnlyList<SkipRequest>> ReadSkipRequests(long afterPosition = 0, CancellationToken cancellation = default) =>
        PostgresSkips.Read(source, schema, afterPosition, cancellation);

    public Task<Stream?> OpenSnapshot(CancellationToken cancellation = default) => PostgresSnapshots.Open(source, schema, cancellation);

    public Task SaveSnapshot(Action<Stream> write, CancellationToken cancellation = default) => PostgresSnapshots.Save(source, schema, write, cancellation);

    public async ValueTask DisposeAsync()
    {
        await (commits?.Close() ?? Task.CompletedTask);
        writer?.Dispose();
        await turn.DisposeAsync();
        await listener.DisposeAsync();
        await source.DisposeAsync();
    }
}
