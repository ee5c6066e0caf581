namespace Skale.EventStore;

/// <summary>
/// Serialises the appends of one writer, and lets those that arrive while a commit is under way share the next one: the dearer a commit, the
/// more appends it carries. Each append is still accepted or refused on its own.
/// </summary>
/// <param name="commit">
/// Stores a group in order and settles each append of it; what it throws settles those still open. Its second argument ends when the group before is settled:
/// only then may it commit.
/// </param>
/// <param name="overlap">Whether a group of many events is handed over while the one before is under way.</param>
/// <param name="rest">Called when nothing waits any more and nothing is under way: what need not be done with every group.</param>
internal sealed class GroupCommit(Func<IReadOnlyList<PendingAppend>, Task, Task> commit, bool overlap = false, Func<Task>? rest = null)
{
    private const int MaxEvents = 10_000;
    private const int MostYields = 3;

    // Fewer are better off in a larger group after the one under way.
    private const int EventsWorthOverlap = 32;
    private readonly Lock gate = new();
    private readonly Queue<PendingAppend> waiting = new();
    private int waitingEvents;
    private TaskCompletionSource? enough;
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
            waitingEvents += events.Count;
            if (waitingEvents >= EventsWorthOverlap)
            {
                enough?.TrySetResult();
            }

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
        var (underWay, count, size) = (Task.CompletedTask, 0, 0);
        while (true)
        {
            await (overlap && !underWay.IsCompleted ? Task.WhenAny(underWay, Enough()) : underWay);
            if (underWay.IsCompleted)
            {
                await LetThemAppendAgain(count);
                if (rest is not null && !AnyWaits)
                {
                    await rest();
                }
            }

            var before = underWay;
            var group = NextGroup(before.IsCompleted ? 0 : size, mayEnd: before.IsCompleted);
            if (group.Count == 0)
            {
                if (before.IsCompleted)
                {
                    return;
                }

                continue;
            }

            underWay = Settle(group, before);
            if (!before.IsCompleted)
            {
                await before;
                await LetThemAppendAgain(count);
            }

            (count, size) = (group.Count, group.Sum(append => append.Events.Count));
        }
    }

    private async Task Settle(List<PendingAppend> group, Task before)
    {
        try
        {
            await commit(group, before);
        }
        catch (Exception e)
        {
            group.ForEach(append => append.Fail(e));
        }

        await before;
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

    /// <summary>Ends when so many events wait that they are worth a group of their own.</summary>
    private Task Enough()
    {
        lock (gate)
        {
            if (waitingEvents >= EventsWorthOverlap)
            {
                return Task.CompletedTask;
            }

            enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return enough.Task;
        }
    }

    /// <summary>All that waits; where two go at once, half of what waits and is under way, so that neither has to wait long for the other.</summary>
    private List<PendingAppend> NextGroup(int underWay, bool mayEnd)
    {
        lock (gate)
        {
            var most = overlap ? Math.Clamp((waitingEvents + underWay + 1) / 2, EventsWorthOverlap, MaxEvents) : MaxEvents;
            var group = new List<PendingAppend>();
            var events = 0;
            while (waiting.TryPeek(out var next) && (events == 0 || events + next.Events.Count <= most))
            {
                group.Add(waiting.Dequeue());
                events += next.Events.Count;
            }

            waitingEvents -= events;
            running = group.Count > 0 || !mayEnd;
            return group;
        }
    }
}
