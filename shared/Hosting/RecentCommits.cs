using Skale.EventStore;

namespace Skale.Hosting;

/// <summary>An event of a log.</summary>
/// <param name="Content">As it was decided, and then <paramref name="Stored"/> has no data; null when it is still to be read from its data.</param>
internal sealed record Committed(StoredEvent Stored, object? Content);

/// <summary>
/// What the writer committed last, for a relay that is right behind it: it need not read and parse again what this process has just written. It holds one stretch of the log without gaps, and only what is
/// durable. Whoever wants something from before it, or after a commit of which the writer does not know what became of it, reads the log.
/// </summary>
/// <param name="most">Events that are held at a time; when more come, the oldest are let go.</param>
internal sealed class RecentCommits(int most = RecentCommits.Most)
{
    /// <summary>About as many as a commit of many inputs has: without their data some megabytes, and nothing at rest.</summary>
    private const int Most = 20_000;

    private readonly Lock gate = new();
    private readonly Queue<Committed> stretch = [];

    private TaskCompletionSource news = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Position of the first that is held, or of the next commit; null when that is not known.
    private long? first;

    /// <summary>Events were appended, and are durable.</summary>
    /// <param name="before">Position of the log before that, as far as the writer knew.</param>
    /// <param name="last">Position of the last of them.</param>
    /// <param name="contents">What was decided, for each event.</param>
    public void Add(long before, long last, IReadOnlyList<NewEvent> events, IEnumerable<object> contents)
    {
        lock (gate)
        {
            Tell();
            if (last != before + events.Count)
            {
                // Somebody else's events lie between.
                Clear();
                return;
            }

            if (first + stretch.Count != before + 1)
            {
                Clear();
            }

            first ??= before + 1;
            foreach (var (e, content) in events.Zip(contents))
            {
                stretch.Enqueue(new(new StoredEvent(++before, e.Id, e.Stream, e.Version, e.Type, default, e.At, e.CausationId, e.CorrelationId), content));
            }

            LetGo(stretch.Count - most);
        }
    }

    /// <summary>An append has failed: whether it took effect, only the log knows.</summary>
    public void Lose()
    {
        lock (gate)
        {
            Tell();
            Clear();
        }
    }

    /// <summary>The events right behind a position, in order; none when they are not here.</summary>
    public Committed[] Behind(long position, int atMost)
    {
        lock (gate)
        {
            return position + 1 >= first ? [.. stretch.Skip((int)Math.Min(position + 1 - first.Value, stretch.Count)).Take(atMost)] : [];
        }
    }

    /// <summary>Whether the event at a position is here.</summary>
    public bool Holds(long position)
    {
        lock (gate)
        {
            return position >= first && position < first + stretch.Count;
        }
    }

    /// <summary>Whether the writer knows that nothing is committed behind a position.</summary>
    public bool EndsAt(long position)
    {
        lock (gate)
        {
            return first + stretch.Count == position + 1;
        }
    }

    /// <summary>Ends when that is so no more; null when it is not so.</summary>
    public Task? News(long position)
    {
        lock (gate)
        {
            return EndsAt(position) ? news.Task : null;
        }
    }

    /// <summary>Nobody asks for the events up to a position again, or they are read in the log.</summary>
    public void Forget(long position)
    {
        lock (gate)
        {
            LetGo(position + 1 - (first ?? long.MaxValue));
        }
    }

    private void LetGo(long count)
    {
        for (; count > 0 && stretch.TryDequeue(out _); count--)
        {
            first++;
        }
    }

    private void Tell()
    {
        news.TrySetResult();
        news = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private void Clear()
    {
        stretch.Clear();
        first = null;
    }
}
