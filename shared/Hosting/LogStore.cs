using Microsoft.Extensions.Options;
using Npgsql;
using Skale.EventStore;

namespace Skale.Hosting;

/// <summary>Opens logs where <see cref="StoreOptions"/> says they are kept.</summary>
public sealed class LogStore(IOptions<StoreOptions> options)
{
    /// <summary>The checkpoint of each log that says how far it is published.</summary>
    public const string RelayCheckpoint = "relay";

    /// <inheritdoc cref="StoreOptions.SnapshotEvery"/>
    public long SnapshotEvery => options.Value.SnapshotEvery;

    /// <summary>Opens a log for its one writer.</summary>
    /// <exception cref="LogHeldException">Another writer is at work.</exception>
    public async Task<IEventLog> OpenWriter(string log, CancellationToken cancellation) => options.Value.Journal is { Length: > 0 } folder
        ? JournalLog.Open(Path.Combine(folder, log), log)
        : await PostgresLog.Open(options.Value.Postgres!, log, null, cancellation);

    /// <summary>Opens a log for a process that is to write it when its turn comes.</summary>
    public async Task<IStandbyLog> OpenStandby(string log, CancellationToken cancellation) => options.Value.Journal is { Length: > 0 } folder
        ? JournalLog.OpenStandby(Path.Combine(folder, log), log)
        : await PostgresLog.OpenReader(options.Value.Postgres!, log, null, cancellation);

    /// <summary>Opens a log to read; another process may be writing it.</summary>
    public async Task<IEventLog> OpenReader(string log, CancellationToken cancellation) => options.Value.Journal is { Length: > 0 } folder
        ? JournalLog.OpenReader(Path.Combine(folder, log), log)
        : await PostgresLog.OpenReader(options.Value.Postgres!, log, null, cancellation);

    /// <summary>Whether an error at opening may go away by itself: the server is starting, the log is yet to be made.</summary>
    public static bool MayPass(Exception e) => e is NpgsqlException or TimeoutException or DirectoryNotFoundException;
}
