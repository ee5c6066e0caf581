namespace Skale.EventStore;

/// <summary>
/// Serialises the appends of one writer, and lets those that arrive while a commit is under way share the next one: the dearer a commit, the
/// more appends it carries. Each append is still accepted or refused on its own.
/// </summary>
/// <param name="commit">
/// Stores a group behind those before it and settles each append of it; what it throws settles those still open. Its second argument ends when the group before
/// is settled.
/// </param>
/// <param name="atOnce">How many groups may be under way; a second one and more only with many events.</param>
/// <param name="rest">Called when nothing waits any more and nothing is under way: what need not be done with every group.</param>
internal sealed class GroupCommit(Func<IReadOnlyList<PendingAppend>, Task, Task> commit, int atOnce = 1, Func<Task>? rest = null)
{
    private const int MaxEvents = 10_000;
    private const int MostYields = 3;

    // Fewer are better off in a larger group after those under way.
    private const int EventsWorthOverlap = 16;
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
        var underWay = new Queue<Group>();
        var last = Task.CompletedTask;
        while (true)
        {
            if (underWay.TryPeek(out var oldest))
            {
                await (underWay.Count == atOnce ? oldest.Settled : Task.WhenAny(oldest.Settled, Enough()));
            }

            await LetThemAppendAgain(TakeSettled(underWay));
            if (underWay.Count == 0 && rest is not null && !AnyWaits)
            {
                await rest();
            }

            var group = NextGroup(underWay.Sum(g => g.Events), mayEnd: underWay.Count == 0);
            if (group.Count > 0)
            {
                last = Settle(group, last);
                underWay.Enqueue(new Group(last, group.Count, group.Sum(append => append.Events.Count)));
            }
            else if (underWay.Count == 0)
            {
                return;
            }
        }
    }

    /// <summary>Takes the groups out that are settled, which they are in their order.</summary>
    /// <returns>How many appends they had.</returns>
    private static int TakeSettled(Queue<Group> underWay)
    {
        var appends = 0;
        while (underWay.TryPeek(out var oldest) && oldest.Settled.IsCompleted)
        {
            appends += underWay.Dequeue().Appends;
        }

        return appends;
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

    /// <summary>
    /// All that waits; where several groups go at once, an equal part of what waits and is under way, so that none has to wait long for another, and nothing while
    /// too little waits behind others.
    /// </summary>
    private List<PendingAppend> NextGroup(int underWay, bool mayEnd)
    {
        lock (gate)
        {
            var group = new List<PendingAppend>();
            if (underWay > 0 && waitingEvents < EventsWorthOverlap)
            {
                return group;
            }

            var most = atOnce > 1 ? Math.Clamp((waitingEvents + underWay + atOnce - 1) / atOnce, EventsWorthOverlap, MaxEvents) : MaxEvents;
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

    /// <param name="Settled">Ends when it is, and all before it.</param>
    private sealed record Group(Task Settled, int Appends, int Events);
}
