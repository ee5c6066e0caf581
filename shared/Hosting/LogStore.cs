using Microsoft.Extensions.Options;
using Npgsql;
using Skale.EventStore;

namespace Skale.Hosting;

/// <summary>Opens logs where <see cref="StoreOptions"/> says they are kept.</summary>
public sealed class LogStore(IOptions<StoreOptions> options) : IAsyncDisposable
{
    private readonly Lazy<NpgsqlDataSource> postgres = new(() => NpgsqlDataSource.Create(options.Value.Postgres!));

    /// <summary>Opens a log for its one writer. A newer writer fences an older one (PostgreSQL) or is refused (journal).</summary>
    public async Task<IEventLog> OpenWriter(string log, CancellationToken cancellation) => options.Value.Journal is { Length: > 0 } folder
        ? JournalLog.OpenWriter(Path.Combine(folder, log), log)
        : await PostgresLog.OpenWriter(postgres.Value, log, cancellation);

    /// <summary>Opens a log to read; it may be written by another process and need not exist yet.</summary>
    public IEventLog OpenReader(string log) => options.Value.Journal is { Length: > 0 } folder
        ? JournalLog.OpenReader(Path.Combine(folder, log), log)
        : PostgresLog.OpenReader(postgres.Value, log);

    /// <summary>Whether an error at opening may go away by itself: the server is starting, the previous writer is still ending.</summary>
    public static bool MayPass(Exception e) => e is NpgsqlException or TimeoutException or JournalLockedException;

    public async ValueTask DisposeAsync()
    {
        if (postgres.IsValueCreated)
        {
            await postgres.Value.DisposeAsync();
        }
    }
}
