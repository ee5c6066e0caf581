namespace Skale.EventStore;

/// <summary>
/// What the writer does before its first append: learn what it must know from the summaries of full segments and from every line of the last one (of all,
/// when a summary is missing), and cut what a crash left unfinished.
/// </summary>
internal sealed class JournalRecovery(string folder, JournalState state, SegmentIndex index, Action<string> warn)
{
    private readonly List<Line> lines = [];
    private readonly ByteBuffer digests = new();
    private readonly ByteBuffer scratch = new();
    private readonly ByteBuffer ofSegment = new();
    private readonly List<ulong> fingerprints = [];

    /// <summary>The last segment (none for an empty journal), how long it is, what position follows, and the fingerprints of its event ids.</summary>
    public readonly record struct End(Segment? Segment, long Bytes, long Next, List<ulong> Fingerprints);

    private readonly record struct Line(Guid Id, JournalState.Tip Tip, long Version);

    /// <exception cref="JournalCorruptException">The journal holds something that no crash explains.</exception>
    public End Recover()
    {
        var committed = CommitMark.Read(folder)?.Position ?? 0;
        var segments = Segment.List(folder);
        index.Refresh();
        var full = segments.Count > 1 && TryLoadSummaries(segments) ? segments.Count - 1 : 0;
        var end = new End(null, 0, full > 0 ? segments[full].First : 1, fingerprints);
        state.Head = end.Next - 1;
        foreach (var segment in segments.Skip(full))
        {
            if (segment.First != end.Next)
            {
                throw new JournalCorruptException(segment.File, 1, $"the segment begins with position {segment.First}, but {end.Next} must follow: a segment is missing");
            }

            fingerprints.Clear();
            ofSegment.Truncate(0);
            end = Recover(segment, segment == segments[^1] ? committed : null);
            if (segment != segments[^1])
            {
                SegmentSummary.Write(segment, end.Bytes, state, fingerprints);
            }
        }

        return end.Next > committed
            ? end
            : throw new JournalCorruptException(Segment.At(folder, 1).File, 1, $"the journal is empty, though position {committed} was committed");
    }

    private bool TryLoadSummaries(List<Segment> segments)
    {
        var next = 1L;
        for (var i = 0; i < segments.Count - 1; i++)
        {
            if (segments[i].First != next || SegmentSummary.TryLoad(segments[i], state, last: i == segments.Count - 2) is not { } behind)
            {
                break;
            }

            next = behind;
        }

        if (segments[^1].First == next)
        {
            return true;
        }

        state.Clear();
        return false;
    }

    /// <param name="committed">For the last segment, how far the journal is surely committed; null for the others, which have no unfinished commit.</param>
    private End Recover(Segment segment, long? committed)
    {
        using var commits = new CommitReader(segment, segment.First, 0);
        JournalCorruptException? broken;
        while (TryRead(commits, out broken))
        {
            Accept(commits);
            index.Note(segment, commits.Next, commits.Offset);
        }

        if (commits.Next <= committed)
        {
            throw broken ?? commits.Corrupt(commits.Next, $"the journal ends before position {commits.Next}, though position {committed} was committed");
        }

        var rest = ReadFrom(segment, commits.Offset);
        if (rest.Length > 0)
        {
            if (committed is null || !TornTail.Explains(rest))
            {
                throw broken ?? commits.Corrupt(commits.Next, "a commit begins here and never ends");
            }

            Cut(segment, commits.Offset);
            warn($"{segment.File}: {rest.Length} bytes behind line {segment.LineOf(commits.Next) - 1} were cut: a commit that a crash left unfinished, never acknowledged.");
        }

        using var digests = new SegmentDigests(segment);
        return digests.TryMatch(ofSegment.Written, out var changed)
            ? new End(segment, commits.Offset, commits.Next, fingerprints)
            : throw commits.Corrupt(changed, "its digest is not the one recorded when it was written: the line was changed since");
    }

    private bool TryRead(CommitReader commits, out JournalCorruptException? broken)
    {
        broken = null;
        lines.Clear();
        digests.Truncate(0);
        try
        {
            return commits.TryRead(Keep);
        }
        catch (JournalCorruptException e)
        {
            broken = e;
            return false;
        }
    }

    /// <summary>For each line its digest, and the one it names as that of the event before (nothing but zeros when it names none).</summary>
    private void Keep(in EventLine line, ReadOnlySpan<byte> bytes)
    {
        scratch.Truncate(0);
        scratch.Add(bytes[..line.BodyLength]);
        scratch.Add((byte)'}');
        Span<byte> pair = stackalloc byte[2 * MerkleHash.SizeBytes];
        pair.Clear();
        MerkleHash.OfLeaf(scratch.Written).Span.CopyTo(pair);
        _ = Convert.FromHexString(line.Previous, pair[MerkleHash.SizeBytes..], out _, out _);
        digests.Add(pair);
        lines.Add(new Line(line.Id, state.TipOf(line.Stream), line.Version));
    }

    private void Accept(CommitReader commits)
    {
        for (var i = 0; i < lines.Count; i++)
        {
            var (id, tip, version) = lines[i];
            var pair = digests.Written.Slice(i * 2 * MerkleHash.SizeBytes, 2 * MerkleHash.SizeBytes);
            var wrong = state.IsStored(id) ? $"event {id} is stored a second time"
                : version != tip.Version + 1 ? $"version {version} of stream '{tip.Stream}' does not follow the version before, {tip.Version}"
                : !pair[MerkleHash.SizeBytes..].SequenceEqual(tip.Digest) ? "the digest it names is not that of the event before in its stream: one of the two was changed"
                : null;
            if (wrong is not null)
            {
                throw commits.Corrupt(commits.Next - lines.Count + i, wrong);
            }

            tip.Version = version;
            pair[..MerkleHash.SizeBytes].CopyTo(tip.Digest);
            ofSegment.Add(tip.Digest);
            state.Know(Fingerprints.Of(id));
            state.Head++;
            fingerprints.Add(Fingerprints.Of(id));
        }
    }

    private static byte[] ReadFrom(Segment segment, long offset)
    {
        using var file = File.Open(segment.File, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Position = offset;
        var rest = new byte[file.Length - offset];
        file.ReadExactly(rest);
        return rest;
    }

    private static void Cut(Segment segment, long bytes)
    {
        using var handle = File.OpenHandle(segment.File, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        RandomAccess.SetLength(handle, bytes);
        RandomAccess.FlushToDisk(handle);
    }
}
