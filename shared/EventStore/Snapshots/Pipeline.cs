namespace Skale.EventStore;

/// <summary>Reading on the caller's thread, and beside it on one other what is to be done with what was read.</summary>
public sealed class Pipeline
{
    // Waking a thread for each step would take longer than most steps.
    private const int StepsAtOnce = 256;
    private readonly object gate = new();
    private List<Action> added = [];
    private bool complete;

    private Pipeline()
    {
    }

    /// <summary>Ends when everything is read and done. What either thread throws is thrown here.</summary>
    public static void Run(Action<Pipeline> read)
    {
        var pipeline = new Pipeline();
        var doing = Task.Factory.StartNew(pipeline.DoAll, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            read(pipeline);
        }
        finally
        {
            pipeline.Complete();
            doing.GetAwaiter().GetResult();
        }
    }

    /// <summary>To be done after all that was added before, while reading goes on: with nothing that reading changes from here on.</summary>
    public void Add(Action step)
    {
        lock (gate)
        {
            added.Add(step);
            if (added.Count == StepsAtOnce)
            {
                Monitor.Pulse(gate);
            }
        }
    }

    private void Complete()
    {
        lock (gate)
        {
            complete = true;
            Monitor.Pulse(gate);
        }
    }

    private void DoAll()
    {
        for (var last = false; !last;)
        {
            List<Action> taken;
            lock (gate)
            {
                while (added.Count < StepsAtOnce && !complete)
                {
                    Monitor.Wait(gate);
                }

                (taken, added, last) = (added, [], complete);
            }

            taken.ForEach(step => step());
        }
    }
}
