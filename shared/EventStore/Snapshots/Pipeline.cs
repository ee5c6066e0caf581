using System.Collections.Concurrent;

namespace Skale.EventStore;

/// <summary>Reading on the caller's thread, and beside it on one other what is to be done with what was read.</summary>
public sealed class Pipeline
{
    private readonly BlockingCollection<Action> steps;

    private Pipeline(BlockingCollection<Action> steps) => this.steps = steps;

    /// <summary>Ends when everything is read and done. What either thread throws is thrown here; when both do, what the step threw.</summary>
    public static void Run(Action<Pipeline> read)
    {
        using var steps = new BlockingCollection<Action>();
        var doing = Task.Factory.StartNew(() => DoAll(steps), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            read(new Pipeline(steps));
        }
        finally
        {
            steps.CompleteAdding();
            doing.GetAwaiter().GetResult();
        }
    }

    /// <summary>To be done after all that was added before, while reading goes on: with nothing that reading changes from here on.</summary>
    public void Add(Action step) => steps.Add(step);

    private static void DoAll(BlockingCollection<Action> steps)
    {
        foreach (var step in steps.GetConsumingEnumerable())
        {
            step();
        }
    }
}
