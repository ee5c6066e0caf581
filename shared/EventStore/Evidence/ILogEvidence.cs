namespace Skale.EventStore;

/// <summary>
/// What makes tampering with a log evident. Every event has a digest, made when it was appended and kept apart from it; digests in the order of
/// positions are the leaves of a Merkle tree (RFC 6962), so the event at position n is leaf n - 1; a sealer signs checkpoints of that tree, and others keep them.
/// </summary>
public interface ILogEvidence
{
    /// <summary>
    /// The lines of the committed events behind a position, in order, as they are digested now, each with the digest recorded when it was appended. The two
    /// agree unless somebody changed something; positions have no gaps unless somebody removed something. Nothing is judged here.
    /// Memory grows with the number of streams, not of events.
    /// </summary>
    IAsyncEnumerable<LogLine> ReadLines(long afterPosition = 0, CancellationToken cancellation = default);

    /// <summary>The recorded digests of the committed events behind a position, in order.</summary>
    /// <exception cref="DigestMissingException">There is none for a position.</exception>
    IAsyncEnumerable<MerkleHash> ReadDigests(long afterPosition = 0, CancellationToken cancellation = default);

    /// <summary>The tree of the events in front of the first one held: empty but for an export that begins behind a position.</summary>
    /// <exception cref="SealException">What the export says of it is malformed.</exception>
    Task<MerkleFrontier> LoadStart(CancellationToken cancellation = default);

    /// <summary>Where an event is; 0 when the log does not hold it. A journal reads all its lines for that.</summary>
    Task<long> PositionOf(Guid id, CancellationToken cancellation = default);

    /// <summary>The signed checkpoints of trees larger than a size, smallest first.</summary>
    /// <exception cref="SealException">One is malformed.</exception>
    IAsyncEnumerable<SignedNote> ReadSeals(long afterSize = 0, CancellationToken cancellation = default);

    /// <summary>The signed checkpoint of the largest tree; null when there is none.</summary>
    /// <exception cref="SealException">It is malformed.</exception>
    Task<SignedNote?> LastSeal(CancellationToken cancellation = default);

    /// <summary>Keeps a signed checkpoint durably. Only the writer of the log may.</summary>
    Task AddSeal(SignedNote seal, CancellationToken cancellation = default) => AddSeals([seal], cancellation);

    /// <summary>As <see cref="AddSeal"/>, for several at once, smallest tree first.</summary>
    Task AddSeals(IReadOnlyList<SignedNote> seals, CancellationToken cancellation = default);

    /// <summary>The keys that seal the log; null before the first.</summary>
    /// <exception cref="SealException">The history is malformed, or a key in it is not vouched for.</exception>
    Task<KeyHistory?> LoadKeys(CancellationToken cancellation = default);

    /// <summary>Keeps the history of keys durably; earlier forms of it are not lost. Only the writer of the log may.</summary>
    Task SaveKeys(KeyHistory keys, CancellationToken cancellation = default);
}

/// <summary>An event as it is digested.</summary>
/// <param name="Bytes">Its line of canonical JSON, without line feed (see <c>docs/audit.md</c>).</param>
/// <param name="Digest">As recorded when it was appended; nothing but zeros when that record is missing.</param>
public readonly record struct LogLine(long Position, ReadOnlyMemory<byte> Bytes, MerkleHash Digest);

/// <summary>The digest of an event is missing from the place where it was recorded: somebody removed it.</summary>
public sealed class DigestMissingException(string where, long position)
    : Exception($"{where}: the digest of the event at position {position} is missing. It was removed. Export the log, verify the export, and restore the log from a backup that verifies.");
