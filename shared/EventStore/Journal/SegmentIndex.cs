namespace Skale.EventStore;

/// <summary>Remembers where commits begin, every few events, so that a reader who comes back does not start at the beginning of a segment. Safe for many threads.</summary>
internal sealed class SegmentIndex(string folder)
{
    private const int EventsBetweenNotes = 64;
    private readonly Lock gate = new();
    private readonly SortedList<long, (Segment Segment, List<Place> Places)> segments = [];

    /// <summary>A commit begins at an offset (bytes) with a position.</summary>
    public readonly record struct Place(long Position, long Offset);

    /// <summary>The nearest known place at or before a position; null when the journal does not reach that far back.</summary>
    public (Segment Segment, Place Place)? Locate(long position)
    {
        lock (gate)
        {
            if (segments.Count == 0)
            {
                Refresh();
            }

            var at = LastAtMost(segments.Count, i => segments.GetKeyAtIndex(i), position);
            if (at < 0)
            {
                return null;
            }

            var (segment, places) = segments.GetValueAtIndex(at);
            return (segment, places[LastAtMost(places.Count, i => places[i].Position, position)]);
        }
    }

    /// <summary>Looks for new files; true when a segment begins at the position.</summary>
    public bool Finds(long first)
    {
        lock (gate)
        {
            Refresh();
            return segments.ContainsKey(first);
        }
    }

    /// <summary>The first position of the segment behind one; the largest number when there is none.</summary>
    public long Behind(Segment segment)
    {
        lock (gate)
        {
            var at = segments.IndexOfKey(segment.First) + 1;
            return at < segments.Count ? segments.GetKeyAtIndex(at) : long.MaxValue;
        }
    }

    public void Note(Segment segment, long position, long offset)
    {
        lock (gate)
        {
            Add(segment);
            var places = segments[segment.First].Places;
            if (position >= places[^1].Position + EventsBetweenNotes)
            {
                places.Add(new Place(position, offset));
            }
        }
    }

    /// <summary>Looks for new files.</summary>
    public void Refresh()
    {
        lock (gate)
        {
            Segment.List(folder).ForEach(Add);
        }
    }

    private void Add(Segment segment) => segments.TryAdd(segment.First, (segment, [new Place(segment.First, 0)]));

    private static int LastAtMost(int count, Func<int, long> key, long position)
    {
        var (low, high) = (0, count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = key(middle) <= position ? (middle + 1, high) : (low, middle);
        }

        return low - 1;
    }
}
