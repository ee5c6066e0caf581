namespace Skale.EventStore;

/// <summary>What was to be proven of a log is not so, or cannot be proven yet.</summary>
public sealed class NotProvenException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// Makes proofs from a log, or from an export of it, in one pass over its digests; memory is O(log n). What it gives was verified as a stranger would.
/// </summary>
public static class LogProver
{
    /// <summary>That the log holds the event at a position.</summary>
    /// <param name="note">The checkpoint to prove it under; left out, the one of the smallest tree that holds the event.</param>
    /// <param name="onPosition">Hears how far it is.</param>
    /// <exception cref="NotProvenException">The event is not sealed yet, or the log is not what was sealed; says which.</exception>
    /// <exception cref="SealException">Keys or checkpoints of the log are malformed.</exception>
    public static async Task<EventProof> ProveEvent(IEventLog log, long position, SignedNote? note = null, Action<long>? onPosition = null, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(position);
        var keys = await Keys(log, cancellation);
        note ??= await log.Evidence.ReadSeals(position - 1, cancellation).FirstOrDefaultAsync(cancellation) ?? throw NotSealed(log, position, await Last(log, keys, cancellation));
        var checkpoint = Open(keys, note);
        if (checkpoint.Size < position)
        {
            throw new NotProvenException($"Log '{log.Name}': the checkpoint of {checkpoint.Time:O} ({note.Source}) covers {checkpoint.Size} events; the one at position {position} came later. Give a later checkpoint, or none.");
        }

        var line = await log.Evidence.ReadLines(position - 1, cancellation).FirstOrDefaultAsync(cancellation);
        if (line.Position != position)
        {
            throw Changed(log, $"the event at position {position}, which the checkpoint of {checkpoint.Time:O} covers, is missing");
        }

        if (MerkleHash.OfLeaf(line.Bytes.Span) != line.Digest)
        {
            throw Changed(log, $"the event at position {position} is no longer the one that was recorded");
        }

        var prover = MerkleProver.OfInclusion(position - 1, checkpoint.Size);
        await Push(log, prover, checkpoint, checkpoint, onPosition, cancellation);
        return EventProof.Of(line.Bytes.Span, position - 1, prover.Proof(), note, keys, $"log '{log.Name}'");
    }

    /// <summary>That the log was only appended to between two checkpoints of it.</summary>
    /// <param name="pinned">A key of the log that is known from elsewhere; without it the log's own keys are believed.</param>
    /// <exception cref="ArgumentException">The old checkpoint is the later one.</exception>
    /// <exception cref="NotProvenException">It was not, or the log is not the one they were signed over; says which, and what was found.</exception>
    /// <exception cref="SealException">The keys of the log are malformed.</exception>
    public static async Task<ConsistencyProof> ProveConsistency(
        IEventLog log, SignedNote oldNote, SignedNote newNote, VerifierKey? pinned = null, Action<long>? onPosition = null, CancellationToken cancellation = default)
    {
        var keys = await Keys(log, cancellation);
        if (pinned is not null && !keys.Statements.Any(statement => statement.Key.Equals(pinned)))
        {
            throw new NotProvenException($"Log '{log.Name}': the trusted key {pinned} is none of its keys. Someone else signs this log, or the key is of another one.");
        }

        var (old, @new) = (Open(keys, oldNote), Open(keys, newNote));
        if (@new.Size < old.Size)
        {
            throw old.Time > @new.Time
                ? new ArgumentException($"The old checkpoint is the later one: {old.Size} events at {old.Time:O}, the new one {@new.Size} at {@new.Time:O}. Give the older one first.")
                : new NotProvenException($"Log '{log.Name}' was truncated: {old.Size} events were signed at {old.Time:O}, and {@new.Size} later, at {@new.Time:O}. At least {old.Size - @new.Size} events were removed. Keep both files: together they are the evidence.");
        }

        if (@new.Size == old.Size && @new.Root != old.Root)
        {
            throw new NotProvenException($"Log '{log.Name}' was rewritten: two different trees of {old.Size} events were signed, at {old.Time:O} and {@new.Time:O}. Keep both files: together they are the evidence.");
        }

        var prover = old.Size == 0 ? null : MerkleProver.OfConsistency(old.Size, @new.Size);
        await Push(log, prover, old, @new, onPosition, cancellation);
        return ConsistencyProof.Of(prover?.Proof() ?? [], oldNote, newNote, keys, $"log '{log.Name}'");
    }

    /// <summary>Pushes the digests up to the second checkpoint, and holds the tree against both.</summary>
    private static async Task Push(IEventLog log, MerkleProver? prover, Checkpoint first, Checkpoint second, Action<long>? onPosition, CancellationToken cancellation)
    {
        var tree = await log.Evidence.LoadStart(cancellation);
        Begin(log, prover, tree, first);
        var (atFirst, atSecond) = (tree.Size == first.Size ? tree.Root() : (MerkleHash?)null, tree.Size == second.Size ? tree.Root() : (MerkleHash?)null);
        if (tree.Size < second.Size)
        {
            await foreach (var digest in log.Evidence.ReadDigests(tree.Size, cancellation))
            {
                tree.Push(digest);
                prover?.Push(digest);
                atFirst = tree.Size == first.Size ? tree.Root() : atFirst;
                onPosition?.Invoke(tree.Size);
                if (tree.Size == second.Size)
                {
                    atSecond = tree.Root();
                    break;
                }
            }
        }

        if (first.Size > 0 && atFirst is { } one && one != first.Root)
        {
            throw Changed(log, $"its first {first.Size} events are not those that the checkpoint of {first.Time:O} was signed over{(atSecond == second.Root && first != second ? $", though its first {second.Size} are those of {second.Time:O}: it was rewritten in between" : "")}");
        }

        if (atSecond is null)
        {
            throw Changed(log, $"it ends at position {tree.Size}, but the checkpoint of {second.Time:O} was signed over {second.Size} events: {second.Size - tree.Size} or more were removed from its end, or an older copy was restored");
        }

        if (atSecond != second.Root)
        {
            throw Changed(log, $"its events from position {first.Size + 1} to {second.Size} are not those that the checkpoint of {second.Time:O} was signed over");
        }
    }

    private static void Begin(IEventLog log, MerkleProver? prover, MerkleFrontier start, Checkpoint first)
    {
        try
        {
            prover?.Begin(start);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            throw new NotProvenException($"Log '{log.Name}': it is an export from position {start.Size + 1} on, and a proof about its first {first.Size} events needs events in front of that. Take the log itself, or an export of the whole.", e);
        }
    }

    private static async Task<KeyHistory> Keys(IEventLog log, CancellationToken cancellation) => await log.Evidence.LoadKeys(cancellation)
        ?? throw new NotProvenException($"Log '{log.Name}' is not sealed: it has no keys, so nothing of it can be proven. Set Seal:Keys for the service that writes it; from then on all its events are sealed, those it has too.");

    private static Checkpoint Open(KeyHistory keys, SignedNote note)
    {
        try
        {
            return keys.Open(note);
        }
        catch (SealException e)
        {
            throw new NotProvenException(e.Message, e);
        }
    }

    private static async Task<Checkpoint?> Last(IEventLog log, KeyHistory keys, CancellationToken cancellation) =>
        await log.Evidence.LastSeal(cancellation) is { } note ? Open(keys, note) : null;

    private static NotProvenException NotSealed(IEventLog log, long position, Checkpoint? last) => new(
        $"Log '{log.Name}': the event at position {position} is not sealed yet; {(last is null ? "no checkpoint was signed so far" : $"the last checkpoint, of {last.Time:O}, covers {last.Size} events")}. "
        + "The service that writes the log signs what is new once a second while it runs: try again when it has run for a second. In an export: export again then.");

    private static NotProvenException Changed(IEventLog log, string what) =>
        new($"Log '{log.Name}' is not what was sealed: {what}. Run 'skale audit export' and 'skale audit verify' to see where.");
}
