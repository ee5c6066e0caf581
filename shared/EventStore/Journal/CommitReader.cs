namespace Skale.EventStore;

/// <summary>Walks a segment commit by commit, and believes nothing that does not follow from the line before.</summary>
/// <param name="next">The position expected at the offset, where a commit begins.</param>
internal sealed class CommitReader(Segment segment, long next, long offset) : IDisposable
{
    private readonly LineReader lines = new(segment.File, offset);

    public delegate void Visitor(in JournalLine line);

    public Segment Segment => segment;

    /// <summary>The position behind the last whole commit.</summary>
    public long Next { get; private set; } = next;

    /// <summary>Where the last whole commit ends, in bytes.</summary>
    public long Offset { get; private set; } = offset;

    /// <summary>Shows the visitor the lines of the next commit; false when no whole one follows, in which case the lines shown do not count.</summary>
    /// <exception cref="JournalCorruptException">A line is not what must come here.</exception>
    public bool TryRead(Visitor visit)
    {
        for (var position = Next; lines.TryRead(out var bytes); position++)
        {
            var line = Parse(bytes, position);
            if (line.Position != position)
            {
                throw Corrupt(position, $"holds position {line.Position} where {position} must follow");
            }

            visit(line);
            if (line.Commit == 0)
            {
                continue;
            }

            if (line.Commit != position - Next + 1)
            {
                throw Corrupt(position, $"closes a commit of {line.Commit} events, but {position - Next + 1} were found");
            }

            Next = position + 1;
            Offset = lines.Offset;
            return true;
        }

        return false;
    }

    public JournalCorruptException Corrupt(long position, string what, Exception? inner = null) => new(segment.File, segment.LineOf(position), what, inner);

    public void Dispose() => lines.Dispose();

    private JournalLine Parse(ReadOnlySpan<byte> bytes, long position)
    {
        try
        {
            return JournalLine.Parse(bytes);
        }
        catch (FormatException e)
        {
            throw Corrupt(position, e.Message, e);
        }
    }
}
