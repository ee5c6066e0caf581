namespace Skale.EventStore;

/// <summary>
/// A log that keeps a snapshot beside its events: a state folded from them, so that a start need not fold all of them. A cache and never evidence: nothing of the log
/// is lost with it, whoever checks the log does not look at it, and whoever uses it checks first that it fits the log.
/// </summary>
public interface ISnapshots
{
    /// <summary>The snapshot last saved, to be read from its beginning and sought in; null when there is none.</summary>
    Task<Stream?> OpenSnapshot(CancellationToken cancellation = default);

    /// <summary>Replaces the snapshot as a whole, durably: after a crash the one before is there, or this one.</summary>
    /// <param name="write">Writes it, once, on the caller's thread.</param>
    Task SaveSnapshot(Action<Stream> write, CancellationToken cancellation = default);
}
