using Skale.Contracts;
using Skale.EventStore;
using Skale.Metrics.Domain;

namespace Skale.Metrics;

/// <summary>What one moment shows: the network and the latest events at the same position.</summary>
public sealed record Moment(NetworkView View, EventFeed Feed);

/// <summary>How far the log has come beside what is folded here.</summary>
/// <param name="Head">Position of the last committed event.</param>
/// <param name="Published">Position up to which the scheduler has published.</param>
/// <param name="OldestUnpublishedAt">When the oldest event that waits to be published happened; null when none does.</param>
/// <param name="AskedAt">When the log was last asked; null before the first time.</param>
public sealed record LogProgress(long Head, long Published, DateTimeOffset? OldestUnpublishedAt, DateTimeOffset? AskedAt);

/// <summary>The scheduler's log as folded in this process. One loop writes it; anyone reads it, at any time.</summary>
public sealed class Projection(int feedLength)
{
    private const int MostRemembered = 64;
    private readonly Lock gate = new();
    private readonly HistoryIndex index = new();
    private readonly Queue<Moment> latest = [];
    private Moment moment = new(NetworkView.Empty, EventFeed.Empty(feedLength));
    private TaskCompletionSource news = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The present; never half of an event.</summary>
    public Moment Now => Volatile.Read(ref moment);

    public LogProgress Progress { get; private set; } = new(0, 0, null, null);

    /// <summary>What keeps the projection from following the log; null when nothing does.</summary>
    public string? Trouble { get; private set; } = "the scheduler's log is being opened";

    /// <summary>The open log, to read from; null until it is open.</summary>
    public IEventLog? Log { get; private set; }

    /// <summary>What was shown at a position; null when that is too long ago. Moments share what is alike in them.</summary>
    public Moment? At(long position)
    {
        lock (gate)
        {
            return latest.FirstOrDefault(m => m.View.Position == position);
        }
    }

    public IReadOnlyList<long> HistoryOf(NodeId node)
    {
        lock (gate)
        {
            return index.Of(node);
        }
    }

    public IReadOnlyList<long> HistoryOf(ChainName chain)
    {
        lock (gate)
        {
            return index.Of(chain);
        }
    }

    public long? CauseOf(long position)
    {
        lock (gate)
        {
            return index.CauseOf(position);
        }
    }

    /// <summary>Returns when something is folded behind a position, or after a time.</summary>
    public async Task WaitForNews(long behind, TimeSpan atMost, CancellationToken cancellation)
    {
        var next = Volatile.Read(ref news).Task;
        if (Now.View.Position <= behind)
        {
            await Task.WhenAny(next, Task.Delay(atMost, cancellation));
            cancellation.ThrowIfCancellationRequested();
        }
    }

    internal void Fold(IReadOnlyList<StoredEvent> page)
    {
        var (view, feed) = (moment.View, moment.Feed);
        lock (gate)
        {
            foreach (var stored in page)
            {
                var recorded = EventReader.Read(stored);
                index.Add(view, recorded);
                view = NetworkFold.Evolve(view, recorded);
                feed = feed.Add(recorded);
            }

            Volatile.Write(ref moment, new Moment(view, feed));
            latest.Enqueue(moment);
            if (latest.Count > MostRemembered)
            {
                latest.Dequeue();
            }
        }

        Interlocked.Exchange(ref news, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }

    internal void Opened(IEventLog? log) => Log = log;

    internal void Report(string? trouble) => Trouble = trouble;

    internal void Report(LogProgress progress) => Progress = progress;
}
