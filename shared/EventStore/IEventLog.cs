namespace Skale.EventStore;

/// <summary>
/// The append-only log of one service: the only thing it remembers and the only source of what it publishes.
/// Two implementations keep the same contract tests: <c>PostgresLog</c> (production) and <c>JournalLog</c> (embedded mode, agents, exports).
/// One writer per log; any number of readers, in this process or another.
/// </summary>
public interface IEventLog : IAsyncDisposable
{
    /// <summary>The name of the log, which is the name of the service that writes it: <c>scheduler</c>, <c>chainwatcher</c>, <c>node-17</c>.</summary>
    string Name { get; }

    /// <summary>
    /// Commits all events or none, in the given order; returns when they are durable, with the position of the last one.
    /// Each event names its stream and its version there; versions of a stream are 1, 2, 3 ... without gaps, and so are positions of the log.
    /// May be called by many at once: those that come while a commit is under way share the next one, each still accepted or refused on its own.
    /// </summary>
    /// <remarks>What comes after it runs on a thread of the log, up to its next await: it must not block there until another append is done.</remarks>
    /// <param name="cancellation">Heard before the append is accepted; from then on it is carried to its outcome.</param>
    /// <exception cref="VersionConflictException">A stream is not at the version the events build on; nothing was written.</exception>
    /// <exception cref="WriterFencedException">A newer writer has opened this log; this process must stop writing.</exception>
    /// <exception cref="DuplicateEventException">An event id is already stored; nothing was written. Told before a version conflict when it is both.</exception>
    /// <exception cref="ArgumentException">An event can never be stored: no JSON object, no UTC time in whole microseconds, no legal name.</exception>
    /// <exception cref="IOException">The journal's disk failed. This writer stops; open the log again.</exception>
    /// <exception cref="CommitUnknownException">The server went away for longer than the log waits. This writer stops; open the log again and fold it.</exception>
    /// <exception cref="InvalidOperationException">The log is open for reading only.</exception>
    Task<long> Append(IReadOnlyList<NewEvent> events, CancellationToken cancellation = default);

    /// <summary>All committed events behind a position, in commit order, without gaps; ends at the present end of the log.</summary>
    IAsyncEnumerable<StoredEvent> ReadAll(long afterPosition = 0, CancellationToken cancellation = default);

    /// <summary>The events of one stream behind a version, in order; empty when the stream does not exist.</summary>
    IAsyncEnumerable<StoredEvent> ReadStream(string stream, long afterVersion = 0, CancellationToken cancellation = default);

    /// <summary>The position of the last committed event, 0 when there is none.</summary>
    Task<long> Head(CancellationToken cancellation = default);

    /// <summary>
    /// Returns when something may have been committed behind the position, by this process or another (wake-up, not polling), or after
    /// <paramref name="atMost"/>. A return without news is allowed.
    /// </summary>
    Task WaitForAppend(long afterPosition, TimeSpan atMost, CancellationToken cancellation = default);

    /// <summary>What makes tampering with the log evident: digests, signed checkpoints, keys.</summary>
    ILogEvidence Evidence { get; }

    /// <summary>How far a named reader has come, 0 at first. Names are 1 to 64 lower-case letters, digits, '-' and '.', a letter first.</summary>
    Task<long> LoadCheckpoint(string reader, CancellationToken cancellation = default);

    /// <summary>Remembers durably how far a named reader has come.</summary>
    Task SaveCheckpoint(string reader, long position, CancellationToken cancellation = default);
}
