namespace Skale.EventStore;

/// <summary>
/// The checkpoints of an export in order, one in memory at a time, each believed as far as it stands for itself: form, signature by the key of its size,
/// sizes that rise, times that do not fall. What does not is a finding, and left out.
/// </summary>
internal sealed class SealQueue(string file, KeyHistory? keys, long start, Findings findings) : IDisposable
{
    private readonly IEnumerator<SignedNote> notes = (File.Exists(file) ? NoteReader.Read(file) : []).GetEnumerator();
    private DateTimeOffset lastTime = DateTimeOffset.MinValue;
    private long lastSize = start - 1;

    /// <summary>How many were believed so far.</summary>
    public long Count { get; private set; }

    /// <summary>The next one; null behind the last.</summary>
    public (Checkpoint Checkpoint, SignedNote Note)? Next { get; private set; }

    public void Advance()
    {
        Next = null;
        while (Next is null && Read() is { } note)
        {
            try
            {
                Next = (keys is null ? Checkpoint.Parse(note) : keys.Open(note), note);
            }
            catch (SealException e)
            {
                findings.Add(FindingKind.Checkpoint, e);
                continue;
            }

            if (Disorder(Next.Value.Checkpoint) is { } disorder)
            {
                findings.Add(FindingKind.Checkpoint, 0, file, note.Line, disorder);
                Next = null;
            }
        }

        if (Next is var (checkpoint, _))
        {
            Count++;
            (lastSize, lastTime) = (checkpoint.Size, checkpoint.Time);
        }
    }

    public void Dispose() => notes.Dispose();

    private string? Disorder(Checkpoint checkpoint) =>
        checkpoint.Size < start ? $"the checkpoint of size {checkpoint.Size} is of a tree smaller than the export's start, {start}"
        : checkpoint.Size <= lastSize ? $"the checkpoint of size {checkpoint.Size} follows one of size {lastSize}: checkpoints stand in the order of their sizes"
        : checkpoint.Time < lastTime ? $"the checkpoint of size {checkpoint.Size} was signed before the one in front of it, at {checkpoint.Time:O} after {lastTime:O}"
        : null;

    private SignedNote? Read()
    {
        try
        {
            return notes.MoveNext() ? notes.Current : null;
        }
        catch (SealException e)
        {
            findings.Add(FindingKind.Checkpoint, 0, e.File, e.Line, $"{e.What}: neither this checkpoint nor a later one can be read");
            return null;
        }
    }
}
