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
        var wanted = stream is null ? null : Encoding.UTF8.GetBytes(stream);
        var batch = new List<StoredEvent>();
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
            if (line.Position > after && line.Position <= upTo && (wanted is null || line.Stream.SequenceEqual(wanted)))
            {
                batch.Add(line.ToEvent());
            }
        }
    }

    /// <summary>Whether an event is stored, up to a position: reads through the files.</summary>
    public bool Holds(Guid id, long upTo) => Read(0, upTo).Any(e => e.Id == id);

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
