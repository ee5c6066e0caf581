namespace Skale.EventStore;

/// <summary>
/// Serialises the appends of one writer, and lets those that arrive while a commit is under way share the next one: the dearer a commit, the
/// more appends it carries. Each append is still accepted or refused on its own.
/// </summary>
/// <param name="commit">Stores a group in order and settles each append of it; what it throws settles those still open.</param>
/// <param name="rest">Called when nothing waits any more, before the next group: what need not be done with every group.</param>
internal sealed class GroupCommit(Func<IReadOnlyList<PendingAppend>, Task> commit, Func<Task>? rest = null)
{
    private const int MaxEvents = 10_000;
    private const int MostYields = 3;
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

            await LetThemAppendAgain(group.Count);
            if (rest is not null && !AnyWaits)
            {
                await rest();
            }
        }
    }

    /// <summary>
    /// Those whose appends were just settled are about to run, and many come back at once with the next: let them, or the next group would be small, and the one
    /// after it large, in turns.
    /// </summary>
    private async Task LetThemAppendAgain(int settled)
    {
        for (var yields = 0; yields < MostYields && settled > 1; yields++)
        {
            await Task.Yield();
            lock (gate)
            {
                if (waiting.Count >= settled)
                {
                    return;
                }
            }
        }
    }

    private bool AnyWaits
    {
        get
        {
            lock (gate)
            {
                return waiting.Count > 0;
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
