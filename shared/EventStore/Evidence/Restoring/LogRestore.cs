namespace Skale.EventStore;

/// <summary>A log cannot be restored from a source; what was wrong, and where.</summary>
public sealed class RestoreException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>What was restored.</summary>
/// <param name="Root">Of the tree of all events, now in the target as in the source.</param>
/// <param name="LastSeal">The checkpoint of the largest tree; null when the source was not sealed.</param>
public sealed record RestoreSummary(long Events, MerkleHash Root, long Seals, Checkpoint? LastSeal, int Keys);

/// <summary>
/// Writes an export, or the journal of another place, into an empty log: the same positions, versions, ids, times and digests, then its keys and checkpoints.
/// Every line is held against its recorded digest and the checkpoints before it is appended, and the digest that the target made against the recorded one
/// afterwards, so what is restored is what was sealed, or the restore stops.
/// </summary>
public sealed class LogRestore
{
    /// <summary>Enough for one COPY to PostgreSQL to be worth its round trips.</summary>
    private const int BatchEvents = 4_096;
    private const int BatchSeals = 1_024;
    private const long BatchBytes = 16 * 1024 * 1024;

    private readonly IEventLog source;
    private readonly IEventLog target;
    private readonly CancellationToken cancellation;
    private readonly MerkleFrontier tree = new();
    private readonly List<LogLine> batch = new(BatchEvents);

    private LogRestore(IEventLog source, IEventLog target, CancellationToken cancellation) => (this.source, this.target, this.cancellation) = (source, target, cancellation);

    /// <param name="readers">Named readers whose checkpoints come along, where the source has them (a journal, not an export).</param>
    /// <param name="onPosition">Hears how far the target is, after each batch.</param>
    /// <exception cref="RestoreException">The target is not empty, or the source is not whole; says what, and which event. What was appended before stays.</exception>
    /// <exception cref="SealException">Keys or checkpoints of the source are malformed, or not vouched for.</exception>
    /// <exception cref="JournalCorruptException">The source holds a line that is no event.</exception>
    public static async Task<RestoreSummary> Run(
        IEventLog source, IEventLog target, IReadOnlyList<string>? readers = null, Action<long>? onPosition = null, CancellationToken cancellation = default)
    {
        var restore = new LogRestore(source, target, cancellation);
        await RequireEmpty(target, cancellation);
        var keys = await source.Evidence.LoadKeys(cancellation);
        await restore.RestoreEvents(keys, onPosition ?? (_ => { }));
        var (count, last) = await restore.RestoreSeals(keys);
        foreach (var reader in readers ?? [])
        {
            if (await source.LoadCheckpoint(reader, cancellation) is > 0 and var position)
            {
                await target.SaveCheckpoint(reader, Math.Min(position, restore.tree.Size), cancellation);
            }
        }

        return new RestoreSummary(restore.tree.Size, restore.tree.Root(), count, last, keys?.Statements.Count ?? 0);
    }

    /// <exception cref="RestoreException">A log holds something.</exception>
    public static async Task RequireEmpty(IEventLog log, CancellationToken cancellation)
    {
        var head = await log.Head(cancellation);
        if (head > 0 || await log.Evidence.LastSeal(cancellation) is not null || await log.Evidence.LoadKeys(cancellation) is not null)
        {
            throw new RestoreException($"Log '{log.Name}' is not empty ({(head > 0 ? $"{head} events" : "no events, but keys or checkpoints")}): a log is restored into an empty one only.");
        }
    }

    private async Task RestoreEvents(KeyHistory? keys, Action<long> onPosition)
    {
        if ((await source.Evidence.LoadStart(cancellation)).Size is > 0 and var start)
        {
            throw new RestoreException($"The export begins behind position {start}: a log can be restored from an export of the whole only.");
        }

        await using var seals = source.Evidence.ReadSeals(0, cancellation).GetAsyncEnumerator(cancellation);
        var next = await Next(seals, keys, 0);
        for (var good = 0L; await ReadBatch(); batch.Clear())
        {
            foreach (var line in batch)
            {
                Check(line);
                tree.Push(line.Digest);
                if (next?.Size == tree.Size)
                {
                    good = next.Root == tree.Root() ? tree.Size : throw NotSealed(good, next);
                    next = await Next(seals, keys, good);
                }
            }

            await Append();
            onPosition(tree.Size);
        }

        if (next is not null && await source.Head(cancellation) < next.Size)
        {
            throw new RestoreException($"The source ends at position {tree.Size}, but its checkpoint of {next.Time:O} was signed over {next.Size} events: {next.Size - tree.Size} or more are missing at its end.");
        }
    }

    private async Task<bool> ReadBatch()
    {
        var bytes = 0L;
        await foreach (var line in source.Evidence.ReadLines(tree.Size, cancellation))
        {
            batch.Add(line);
            bytes += line.Bytes.Length;
            if (batch.Count == BatchEvents || bytes >= BatchBytes)
            {
                break;
            }
        }

        return batch.Count > 0;
    }

    private void Check(LogLine line)
    {
        if (line.Position != tree.Size + 1)
        {
            throw new RestoreException($"The event at position {tree.Size + 1} is missing in the source: {line.Position} follows {tree.Size}.");
        }

        if (MerkleHash.OfLeaf(line.Bytes.Span) != line.Digest)
        {
            throw new RestoreException($"The event at position {line.Position} was changed in the source: its digest is not the recorded one ({line.Digest}). Its line: {SignedNote.Utf8.GetString(line.Bytes.Span)}");
        }
    }

    /// <summary>Appends the batch, and looks whether the target made the same digests of it.</summary>
    private async Task Append()
    {
        var first = batch[0].Position;
        NewEvent[] events = [.. batch.Select(line => ToNew(EventLineParser.Parse(line.Bytes.Span).ToEvent()))];
        try
        {
            await target.Append(events, cancellation);
        }
        catch (Exception e) when (e is VersionConflictException or DuplicateEventException or ArgumentException)
        {
            throw new RestoreException($"The source holds, from position {first} to {first + events.Length - 1}, what no log holds: {e.Message}", e);
        }

        var at = 0;
        await foreach (var digest in target.Evidence.ReadDigests(first - 1, cancellation))
        {
            var line = batch[at++];
            if (digest != line.Digest)
            {
                throw new RestoreException(
                    $"The event at position {line.Position} ({events[at - 1].Type}, version {events[at - 1].Version} of stream '{events[at - 1].Stream}') has another digest when it is appended again ({digest}) than the one recorded ({line.Digest}): it names a digest of the event before in its stream that is not that event's.");
            }
        }

        if (at != events.Length)
        {
            throw new RestoreException($"Of the events from position {first} to {first + events.Length - 1} the target holds {at} digests only.");
        }
    }

    private async Task<(long Count, Checkpoint? Last)> RestoreSeals(KeyHistory? keys)
    {
        if (keys is null)
        {
            return (0, null);
        }

        await target.Evidence.SaveKeys(keys, cancellation); // before what they signed, as a sealer does
        var (count, last) = (0L, (SignedNote?)null);
        var batched = source.Evidence.ReadSeals(0, cancellation)
            .TakeWhile(seal => Checkpoint.Parse(seal).Size <= tree.Size) // later ones were signed since by a writer at work
            .Chunk(BatchSeals);
        await foreach (var seals in batched)
        {
            await target.Evidence.AddSeals(seals, cancellation);
            (count, last) = (count + seals.Length, seals[^1]);
        }

        return (count, last is null ? null : Checkpoint.Parse(last));
    }

    private static async Task<Checkpoint?> Next(IAsyncEnumerator<SignedNote> seals, KeyHistory? keys, long after)
    {
        if (!await seals.MoveNextAsync())
        {
            return null;
        }

        var next = (keys ?? throw new RestoreException($"The source has checkpoints ({seals.Current.Source}) but no keys: the file of keys is missing.")).Open(seals.Current);
        return next.Size > after
            ? next
            : throw new RestoreException($"{seals.Current.Source}, line {seals.Current.Line}: the checkpoint of {next.Size} events follows one of {after}: checkpoints stand in the order of their sizes.");
    }

    private static RestoreException NotSealed(long good, Checkpoint seal) => new(
        $"The events in the source are not those that its checkpoint of {seal.Time:O} was signed over: something from position {good + 1} to {seal.Size} was changed, removed or inserted, and its digest with it. 'skale audit verify' says more.");

    private static NewEvent ToNew(StoredEvent e) => new(e.Id, e.Stream, e.Version, e.Type, e.Data, e.At, e.CausationId, e.CorrelationId, e.Headers);
}
