namespace Skale.EventStore;

/// <summary>
/// Whether the events are those that were signed: their Merkle tree, compared with every checkpoint of its size, those in the export and those the auditor
/// holds. From the first event on whose line and recorded digest do not agree, two trees grow, one of each, until a checkpoint tells which is right.
/// </summary>
internal sealed class TreeCheck
{
    private readonly Findings findings;
    private readonly SealQueue seals;
    private readonly Queue<(Checkpoint Checkpoint, SignedNote Note)> held;
    private readonly List<(int Finding, long Position)> doubts = [];
    private MerkleFrontier lines;
    private MerkleFrontier? recorded;
    private bool isLost;
    private long good;
    private long heldGood;
    private long next;

    /// <param name="held">By size; none smaller than the tree at the start.</param>
    public TreeCheck(Findings findings, SealQueue seals, IEnumerable<(Checkpoint, SignedNote)> held, MerkleFrontier start)
    {
        (this.findings, this.seals, this.held, lines) = (findings, seals, new(held), start);
        (Size, good, heldGood) = (start.Size, start.Size, start.Size);
        seals.Advance();
        Compare();
    }

    /// <summary>The position of the last event pushed.</summary>
    public long Size { get; private set; }

    /// <summary>The last checkpoint whose tree is that of the events; null when there is none yet.</summary>
    public Checkpoint? Good { get; private set; }

    /// <summary>An event whose line agrees with its record, as far as is known.</summary>
    public void Push(in MerkleHash leaf)
    {
        lines.Push(leaf);
        recorded?.Push(leaf);
        if (++Size >= next)
        {
            Compare();
        }
    }

    /// <summary>An event whose line and record do not agree.</summary>
    /// <param name="finding">Says so; a checkpoint will tell which of the two was changed.</param>
    public void PushDoubtful(in MerkleHash line, in MerkleHash record, int finding)
    {
        recorded ??= new MerkleFrontier(lines.Size, lines.Subtrees());
        doubts.Add((finding, Size + 1));
        recorded.Push(record);
        lines.Push(line);
        if (++Size >= next)
        {
            Compare();
        }
    }

    /// <summary>Goes on behind events of which nothing is known: no later tree can be told.</summary>
    public void Skip(long count)
    {
        isLost |= count > 0;
        Size += count;
        if (Size >= next)
        {
            Compare();
        }
    }

    /// <param name="lastLine">Where the events end.</param>
    /// <param name="sealedSince">How far a writer at work has come meanwhile.</param>
    public void End(string file, long lastLine, Func<long> sealedSince)
    {
        if (seals.Next is var (checkpoint, note) && checkpoint.Size > sealedSince())
        {
            findings.Add(
                FindingKind.Truncated, Size + 1, file, lastLine,
                $"the events end with position {Size}, but the checkpoint of {checkpoint.Time:O} ({note.Source}, line {note.Line}) was signed over {checkpoint.Size}: {checkpoint.Size - Size} or more were removed from the end",
                checkpoint.Size);
        }

        foreach (var (old, from) in held)
        {
            findings.Add(
                FindingKind.NotExtended, Size + 1, from.Source, from.Line,
                $"the events end with position {Size}, but the checkpoint held, of {old.Time:O}, was signed over {old.Size}: {old.Size - Size} events are missing at the end",
                old.Size);
        }
    }

    private void Compare()
    {
        while (seals.Next is var (checkpoint, note) && checkpoint.Size <= Size)
        {
            Compare(checkpoint, note);
            seals.Advance();
        }

        while (held.TryPeek(out var old) && old.Checkpoint.Size <= Size)
        {
            held.Dequeue();
            CompareHeld(old.Checkpoint, old.Note);
        }

        next = Math.Min(seals.Next?.Checkpoint.Size ?? long.MaxValue, held.TryPeek(out var first) ? first.Checkpoint.Size : long.MaxValue);
    }

    private void Compare(Checkpoint checkpoint, SignedNote note)
    {
        if (isLost || checkpoint.Size < Size)
        {
            Lose(checkpoint, note);
        }
        else if (checkpoint.Root == lines.Root())
        {
            Settle(FindingKind.DigestChanged, "the digest recorded for the event was changed: its line is the one that was signed");
            (Good, good) = (checkpoint, checkpoint.Size);
        }
        else if (recorded is not null && checkpoint.Root == recorded.Root())
        {
            Settle(FindingKind.Changed, "the event was changed: its line is not the one that was signed, whose digest is recorded");
            (Good, good, lines) = (checkpoint, checkpoint.Size, recorded);
        }
        else
        {
            Lose(checkpoint, note);
        }

        recorded = doubts.Count == 0 ? null : recorded;
    }

    private void Settle(FindingKind kind, string what)
    {
        doubts.ForEach(doubt => findings.Replace(doubt.Finding, kind, what));
        doubts.Clear();
    }

    /// <summary>Told once: no later tree can agree when this one does not.</summary>
    private void Lose(Checkpoint checkpoint, SignedNote note)
    {
        if (good < long.MaxValue)
        {
            findings.Add(
                FindingKind.Root, good + 1, note.Source, note.Line,
                $"the events are not those that the checkpoint of {checkpoint.Time:O} was signed over: something from position {good + 1} to {checkpoint.Size} was changed, removed or inserted. Later checkpoints agree no more",
                checkpoint.Size);
        }

        (isLost, good) = (true, long.MaxValue);
    }

    private void CompareHeld(Checkpoint checkpoint, SignedNote note)
    {
        if (!isLost && checkpoint.Size == Size && (checkpoint.Root == lines.Root() || checkpoint.Root == recorded?.Root()))
        {
            heldGood = checkpoint.Size;
            return;
        }

        if (heldGood < long.MaxValue)
        {
            findings.Add(
                FindingKind.NotExtended, heldGood + 1, note.Source, note.Line,
                $"the history does not extend the checkpoint held, of size {checkpoint.Size} and {checkpoint.Time:O}: something from position {heldGood + 1} to {checkpoint.Size} was rewritten since, whoever signed it",
                checkpoint.Size);
        }

        heldGood = long.MaxValue;
    }
}
