namespace Skale.EventStore;

/// <summary>Appends that wait for a group, in their order. Not safe for several threads.</summary>
internal sealed class AppendQueue
{
    private const int MaxEvents = 10_000;
    private readonly Queue<PendingAppend> waiting = new();

    public int Events { get; private set; }

    public bool IsEmpty => waiting.Count == 0;

    public void Add(PendingAppend append)
    {
        waiting.Enqueue(append);
        Events += append.Events.Count;
    }

    /// <summary>Takes the first ones, of so many events at most; one at least, when any waits.</summary>
    public List<PendingAppend> Take(int mostEvents)
    {
        var (group, events) = (new List<PendingAppend>(), 0);
        while (waiting.TryPeek(out var next) && (events == 0 || events + next.Events.Count <= Math.Min(mostEvents, MaxEvents)))
        {
            group.Add(waiting.Dequeue());
            events += next.Events.Count;
        }

        Events -= events;
        return group;
    }
}
