namespace Skale.EventStore;

/// <summary>
/// Serialises the appends of one writer, and lets those that arrive while a commit is under way share the next one: the dearer a commit, the
/// more appends it carries. Each append is still accepted or refused on its own.
/// </summary>
/// <remarks>
/// It has threads of its own, which wait for disk and server and run what comes after an append, so that those who were just answered are back with their next
/// appends before the next group is taken, and nobody has to be woken in between.
/// </remarks>
internal sealed class GroupCommit
{
    // Fewer are better off in a larger group after those under way.
    private const int EventsWorthOverlap = 16;
    private readonly object gate = new();
    private readonly Func<IReadOnlyList<PendingAppend>, Action<Task>> plan;
    private readonly int atOnce;
    private readonly Action? rest;
    private readonly AppendQueue waiting = new();
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int groupsUnderWay;
    private int eventsUnderWay;
    private int threads;
    private bool isTaking;
    private bool isRestDue;
    private bool isClosed;
    private Task last = Task.CompletedTask;

    /// <param name="plan">
    /// Called with each group in their order, before the next one is taken. What it returns stores the group and settles each append of it, once the group before,
    /// whose end it is given, is settled; what it throws settles those still open.
    /// </param>
    /// <param name="atOnce">How many groups may be under way; a second one and more only with many events.</param>
    /// <param name="rest">Called when nothing waits any more and nothing is under way: what need not be done with every group.</param>
    public GroupCommit(Func<IReadOnlyList<PendingAppend>, Action<Task>> plan, int atOnce = 1, Action? rest = null)
    {
        (this.plan, this.atOnce, this.rest, threads) = (plan, atOnce, rest, atOnce);
        for (var i = 0; i < atOnce; i++)
        {
            new Thread(CommitAll) { IsBackground = true, Name = "log writer" }.Start();
        }
    }

    /// <summary>Cancellation has no place here: an append that was asked for is carried to its outcome.</summary>
    public Task<long> Append(IReadOnlyList<NewEvent> events)
    {
        var append = new PendingAppend(events);
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(isClosed, typeof(IEventLog));
            waiting.Add(append);
            WakeOneIfDue();
        }

        return append.Outcome;
    }

    /// <summary>Takes no more appends and returns when the accepted ones are settled.</summary>
    public Task Close()
    {
        lock (gate)
        {
            isClosed = true;
            Monitor.PulseAll(gate);
            return ended.Task;
        }
    }

    private void CommitAll()
    {
        while (Take(out var before, out var settled) is { } group)
        {
            var events = group.Sum(append => append.Events.Count);
            Commit(group, events, before);
            settled.SetResult();
            group.ForEach(append => append.Answer());
            lock (gate)
            {
                groupsUnderWay--;
                eventsUnderWay -= events;
                if (isClosed)
                {
                    Monitor.PulseAll(gate);
                }
            }
        }
    }

    /// <summary>Waits for a group and takes it; null at the end.</summary>
    private List<PendingAppend>? Take(out Task before, out TaskCompletionSource settled)
    {
        lock (gate)
        {
            while (!IsDue)
            {
                if (!isTaking && isRestDue && groupsUnderWay == 0)
                {
                    Rest();
                }
                else if (isClosed && waiting.IsEmpty && groupsUnderWay == 0 && !isTaking)
                {
                    (before, settled) = (last, new());
                    EndThread();
                    return null;
                }
                else
                {
                    Monitor.Wait(gate);
                }
            }

            isTaking = isRestDue = true;
            (before, settled) = (last, new());
            last = settled.Task;
            return NextGroup();
        }
    }

    private void Commit(List<PendingAppend> group, int events, Task before)
    {
        try
        {
            Plan(group, events)(before);
        }
        catch (Exception e)
        {
            group.ForEach(append => append.Fail(e));
        }

        before.Wait();
    }

    private Action<Task> Plan(List<PendingAppend> group, int events)
    {
        try
        {
            return plan(group);
        }
        finally
        {
            lock (gate)
            {
                isTaking = false;
                groupsUnderWay++;
                eventsUnderWay += events;
                WakeOneIfDue();
            }
        }
    }

    /// <summary>Whether a group is to be taken: nothing is under way, or so much waits that it is worth a group of its own.</summary>
    private bool IsDue => !isTaking && !waiting.IsEmpty && (groupsUnderWay == 0 || (groupsUnderWay < atOnce && waiting.Events >= EventsWorthOverlap));

    private void WakeOneIfDue()
    {
        if (IsDue)
        {
            Monitor.Pulse(gate);
        }
    }

    /// <summary>Nobody takes a group meanwhile, and appends need not wait for it.</summary>
    private void Rest()
    {
        (isTaking, isRestDue) = (true, false);
        Monitor.Exit(gate);
        try
        {
            rest?.Invoke();
        }
        finally
        {
            Monitor.Enter(gate);
            isTaking = false;
        }
    }

    private void EndThread()
    {
        Monitor.PulseAll(gate);
        if (--threads == 0)
        {
            ended.SetResult();
        }
    }

    /// <summary>All that waits; where several groups go at once, an equal part of what waits and is under way, so that none has to wait long for another.</summary>
    private List<PendingAppend> NextGroup() =>
        waiting.Take(atOnce == 1 ? int.MaxValue : Math.Max(EventsWorthOverlap, (waiting.Events + eventsUnderWay + atOnce - 1) / atOnce));
}
