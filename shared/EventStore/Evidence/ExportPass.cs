namespace Skale.EventStore;

/// <summary>Goes through the lines of an export, from its first to its last.</summary>
/// <param name="limit">The last position to look at: behind it a writer may be at work.</param>
internal sealed class ExportPass(Findings findings, TreeCheck tree, StreamCheck streams, long limit, Action<long>? onPosition, CancellationToken cancellation)
{
    private const int EventsBetweenReports = 8192;
    private readonly ByteBuffer scratch = new();
    private readonly OrderCheck order = new(findings);
    private ExportDigests digests = null!;
    private int more;

    /// <summary>Lines read.</summary>
    public long Events { get; private set; }

    /// <summary>The last file read, and its last line.</summary>
    public string? File { get; private set; }

    public long Line { get; private set; }

    public void Read(Segment segment)
    {
        if (tree.Size >= limit)
        {
            return;
        }

        using var lines = new LineReader(segment.File, 0);
        using var recorded = new ExportDigests(segment);
        (digests, File, Line) = (recorded, segment.File, 0);
        Begin(segment);
        while (tree.Size < limit && lines.TryRead(out var bytes))
        {
            Line++;
            Take(bytes, lines);
            if (++Events % EventsBetweenReports == 0)
            {
                cancellation.ThrowIfCancellationRequested();
                onPosition?.Invoke(tree.Size);
            }
        }

        if (tree.Size < limit)
        {
            End(segment, lines.Unfinished);
        }
    }

    /// <param name="committed">What the writer's own mark says it has committed; 0 without one.</param>
    public void End(string folder, long committed)
    {
        if (tree.Size < committed)
        {
            findings.Add(FindingKind.Truncated, tree.Size + 1, File ?? folder, Line, $"the journal ends with position {tree.Size}, though its mark says that {committed} was committed", committed);
        }
    }

    private void Begin(Segment segment)
    {
        var expected = tree.Size + 1;
        if (segment.First > expected)
        {
            findings.Add(FindingKind.Removed, expected, segment.File, 1, $"positions {expected} to {segment.First - 1} are missing: a file was removed or renamed", segment.First - 1);
            tree.Skip(segment.First - expected);
        }
        else if (segment.First < expected)
        {
            findings.Add(FindingKind.File, segment.First, segment.File, 1, $"the file is named after position {segment.First}, but {expected} must follow");
        }
    }

    private void End(Segment segment, int unfinishedBytes)
    {
        if (unfinishedBytes > 0)
        {
            findings.Add(
                FindingKind.Changed, tree.Size + 1, segment.File, Line + 1, $"{unfinishedBytes} bytes stand behind the last line feed: a line was cut (or a crash left them, and the journal's writer cuts them when it opens)");
        }

        if (more > 0)
        {
            findings.Add(FindingKind.Truncated, tree.Size + 1, segment.File, Line, $"the last line says that {more} lines of its commit follow, and none does");
            more = 0;
        }

        var wanted = (tree.Size - segment.First + 1) * MerkleHash.SizeBytes;
        if (digests.Length > wanted)
        {
            findings.Add(FindingKind.File, tree.Size + 1, digests.File, 0, $"the file has {digests.Length} bytes, though the lines beside it have digests of {wanted}: events were removed behind position {tree.Size}, or something was added here");
        }
    }

    private void Take(ReadOnlySpan<byte> bytes, LineReader lines)
    {
        var expected = tree.Size + 1;
        if (!ExportLine.TryParse(bytes, out var line, out var problem))
        {
            findings.Add(FindingKind.Changed, expected, File!, Line, problem);
            TakeRecorded(expected);
            return;
        }

        var digest = ExportLine.Digest(line, bytes, scratch);
        if (line.Position != expected)
        {
            var copy = bytes.ToArray(); // looking ahead takes the line away
            line = EventLineParser.Parse(copy);
            var behind = lines.TryPeek(out var ahead) && ExportLine.TryParse(ahead, out var following, out _) ? following.Position : 0;
            switch (order.Judge(line, expected, behind, digests.At(line.Position) == digest, File!, Line))
            {
                case OrderCheck.Verdict.Ignore:
                    return;
                case OrderCheck.Verdict.StandIn:
                    TakeRecorded(expected);
                    return;
                default:
                    Miss(expected, line.Position);
                    break;
            }
        }

        if (more > 0 && line.More != more - 1)
        {
            findings.Add(FindingKind.Changed, line.Position, File!, Line, $"the line says that {line.More} lines of its commit follow, the one before said that {more} do");
        }

        more = line.More;
        Push(line, digest);
    }

    private void Push(in EventLine line, in MerkleHash digest)
    {
        var recorded = digests.At(line.Position);
        if (recorded == digest)
        {
            tree.Push(digest);
        }
        else if (recorded == default)
        {
            if (digests.Length is not null)
            {
                findings.Add(FindingKind.DigestChanged, line.Position, digests.File, 0, "the digest recorded for the event is missing");
            }

            tree.Push(digest);
        }
        else
        {
            var finding = findings.Add(FindingKind.Changed, line.Position, File!, Line, "the line does not agree with the digest that was recorded when it was written: one of the two was changed");
            tree.PushDoubtful(digest, recorded, finding);
        }

        streams.Check(line, digest, recorded == default ? digest : recorded, File!, Line);
    }

    /// <summary>In the place of what is not there: the digest that was recorded for it.</summary>
    private void TakeRecorded(long position)
    {
        more = 0;
        var recorded = digests.At(position);
        if (recorded == default)
        {
            tree.Skip(1);
        }
        else
        {
            tree.Push(recorded);
        }
    }

    private void Miss(long from, long to)
    {
        while (from < to && digests.At(from) != default)
        {
            TakeRecorded(from++);
        }

        more = 0;
        tree.Skip(to - from);
    }
}
