using System.Text;

namespace Skale.EventStore;

/// <summary>Reads committed events of a folder, beside its writer or without one. Safe for many threads.</summary>
internal sealed class JournalReader(string folder, SegmentIndex index)
{
    /// <summary>The last committed position: what the mark says while it is exact, else what whole commits the files hold.</summary>
    public long Head()
    {
        var mark = CommitMark.Read(folder);
        if (mark is { IsExact: true })
        {
            return mark.Value.Position;
        }

        var head = index.Locate(long.MaxValue) is { } end ? ScanFrom(end.Segment, end.Place) : 0;
        return mark is { } least && head < least.Position ? throw EndsEarly(head + 1, least.Position) : head;
    }

    /// <summary>The events behind a position up to a committed one, of one stream or all.</summary>
    public IEnumerable<StoredEvent> Read(long after, long upTo, string? stream = null)
    {
        var wanted = stream is null ? null : EventLine.Escape(stream);
        return Read(after, upTo, (in line, _) => wanted is null || line.Stream.SequenceEqual(wanted) ? line.ToEvent() : null);
    }

    /// <summary>The lines behind a position up to a committed one, each with the digest recorded for it.</summary>
    public IEnumerable<LogLine> ReadLines(long after, long upTo)
    {
        using var digests = ReadDigests(after, upTo).GetEnumerator();
        var next = after;
        foreach (var body in Read(after, upTo, Body))
        {
            digests.MoveNext();
            yield return new LogLine(++next, body, digests.Current);
        }
    }

    /// <summary>The digests recorded behind a position up to a committed one; made anew where a file of them ends early.</summary>
    public IEnumerable<MerkleHash> ReadDigests(long after, long upTo)
    {
        for (var next = after + 1; next <= upTo;)
        {
            var (segment, _) = index.Locate(next) ?? throw EndsEarly(next, upTo);
            var end = Math.Min(upTo, index.Behind(segment) - 1);
            var recorded = SegmentDigests.Read(segment, (int)(end - segment.First + 1));
            for (; next <= end; next++)
            {
                var digest = recorded[next - segment.First];
                yield return digest != default ? digest : MerkleHash.OfLeaf(Read(next - 1, next, Body).Single());
            }
        }
    }

    private static byte[] Body(in EventLine line, ReadOnlySpan<byte> bytes) => [.. bytes[..line.BodyLength], (byte)'}'];

    private delegate T? Select<T>(in EventLine line, ReadOnlySpan<byte> bytes);

    private IEnumerable<T> Read<T>(long after, long upTo, Select<T> select)
        where T : class
    {
        var batch = new List<T>();
        for (var next = after + 1; next <= upTo;)
        {
            var (segment, place) = index.Locate(next) ?? throw EndsEarly(next, upTo);
            using var commits = new CommitReader(segment, place.Position, place.Offset);
            while (commits.Next <= upTo && commits.TryRead(Keep))
            {
                index.Note(segment, commits.Next, commits.Offset);
                foreach (var e in batch)
                {
                    yield return e;
                }

                batch.Clear();
            }

            batch.Clear();
            if (commits.Next <= upTo && !index.Finds(commits.Next))
            {
                throw EndsEarly(commits.Next, upTo);
            }

            next = Math.Max(next, commits.Next);
        }

        void Keep(in EventLine line, ReadOnlySpan<byte> bytes)
        {
            if (line.Position > after && line.Position <= upTo && select(line, bytes) is { } selected)
            {
                batch.Add(selected);
            }
        }
    }

    /// <summary>The position of an event behind one and up to another; 0 when it is not stored there. Reads through the files.</summary>
    public long PositionOf(Guid id, long after, long upTo) => Read(after, upTo).FirstOrDefault(e => e.Id == id)?.Position ?? 0;

    private long ScanFrom(Segment segment, SegmentIndex.Place place)
    {
        while (true)
        {
            using var commits = new CommitReader(segment, place.Position, place.Offset);
            while (commits.TryRead((in _, _) => { }))
            {
                index.Note(segment, commits.Next, commits.Offset);
            }

            if (commits.Next == segment.First || !index.Finds(commits.Next))
            {
                return commits.Next - 1;
            }

            (segment, place) = index.Locate(commits.Next)!.Value;
        }
    }

    private JournalCorruptException EndsEarly(long missing, long upTo)
    {
        var last = Segment.List(folder).LastOrDefault(s => s.First <= missing, Segment.At(folder, 1));
        return new JournalCorruptException(last.File, last.LineOf(missing), $"position {missing} is missing, though the journal is committed up to {upTo}");
    }
}
