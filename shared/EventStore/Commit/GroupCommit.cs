namespace Skale.EventStore;

/// <summary>
/// Serialises the appends of one writer, and lets those that arrive while a commit is under way share the next one: the dearer a commit, the
/// more appends it carries. Each append is still accepted or refused on its own.
/// </summary>
/// <param name="commit">Stores a group in order and settles each append of it; what it throws settles those still open.</param>
internal sealed class GroupCommit(Func<IReadOnlyList<PendingAppend>, Task> commit)
{
    private const int MaxEvents = 10_000;
    private readonly Lock gate = new();
    private readonly Queue<PendingAppend> waiting = new();
    private Task work = Task.CompletedTask;
    private bool running;
    private bool closed;

    /// <summary>Cancellation has no place here: an append that was asked for is carried to its outcome.</summary>
    public Task<long> Append(IReadOnlyList<NewEvent> events)
    {
        var append = new PendingAppend(events);
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(closed, typeof(IEventLog));
            waiting.Enqueue(append);
            if (!running)
            {
                running = true;
                work = Task.Run(CommitAll);
            }
        }

        return append.Outcome;
    }

    /// <summary>Takes no more appends and returns when the accepted ones are settled.</summary>
    public Task Close()
    {
        lock (gate)
        {
            closed = true;
            return work;
        }
    }

    private async Task CommitAll()
    {
        while (NextGroup() is { Count: > 0 } group)
        {
            try
            {
                await commit(group);
            }
            catch (Exception e)
            {
                group.ForEach(append => append.Fail(e));
            }
        }
    }

    private List<PendingAppend> NextGroup()
    {
        lock (gate)
        {
            var group = new List<PendingAppend>();
            var events = 0;
            while (waiting.TryPeek(out var next) && (events == 0 || events + next.Events.Count <= MaxEvents))
            {
                group.Add(waiting.Dequeue());
                events += next.Events.Count;
            }

            running = group.Count > 0;
            return group;
        }
    }
}
