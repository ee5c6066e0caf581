namespace Skale.EventStore;

/// <summary>Walks a segment commit by commit, and believes nothing that does not follow from the line before.</summary>
/// <param name="next">The position expected at the offset, where a commit begins.</param>
internal sealed class CommitReader(Segment segment, long next, long offset) : IDisposable
{
    private readonly LineReader lines = new(segment.File, offset);

    /// <param name="bytes">The line itself, valid during the call.</param>
    public delegate void Visitor(in EventLine line, ReadOnlySpan<byte> bytes);

    public Segment Segment => segment;

    /// <summary>The position behind the last whole commit.</summary>
    public long Next { get; private set; } = next;

    /// <summary>Where the last whole commit ends, in bytes.</summary>
    public long Offset { get; private set; } = offset;

    /// <summary>Shows the visitor the lines of the next commit; false when no whole one follows, in which case the lines shown do not count.</summary>
    /// <exception cref="JournalCorruptException">A line is not what must come here.</exception>
    public bool TryRead(Visitor visit)
    {
        var more = -1;
        for (var position = Next; lines.TryRead(out var bytes); position++)
        {
            var line = Parse(bytes, position);
            if (line.Position != position)
            {
                throw Corrupt(position, $"holds position {line.Position} where {position} must follow");
            }

            if (more >= 0 && line.More != more)
            {
                throw Corrupt(position, $"says that {line.More} lines of its commit follow, the line before said {more + 1} did");
            }

            visit(line, bytes);
            more = line.More - 1;
            if (line.More > 0)
            {
                continue;
            }

            Next = position + 1;
            Offset = lines.Offset;
            return true;
        }

        return false;
    }

    public JournalCorruptException Corrupt(long position, string what, Exception? inner = null) => new(segment.File, segment.LineOf(position), what, inner);

    public void Dispose() => lines.Dispose();

    private EventLine Parse(ReadOnlySpan<byte> bytes, long position)
    {
        try
        {
            return EventLineParser.Parse(bytes);
        }
        catch (FormatException e)
        {
            throw Corrupt(position, e.Message, e);
        }
    }
}
