using Skale.Contracts;
using Skale.EventStore;
using Skale.Hosting;
using Skale.Scheduler.Domain;

namespace Skale.Scheduler;

/// <summary>
/// Hands facts to the log in the order of their numbers. The bus may deliver a few out of turn; one that comes early waits, unacknowledged,
/// for those before it. When they do not come within <see cref="Patience"/> they are asked for again.
/// </summary>
public sealed partial class FactOrder : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private readonly SortedDictionary<long, List<(Input Input, TaskCompletionSource Done)>> early = [];
    private readonly LogService<Network> log;
    private readonly ILogger<FactOrder> logger;
    private readonly TimeProvider clock;
    private readonly ITimer timer;
    private long? handed;

    public FactOrder([FromKeyedServices(SchedulerSetup.Name)] LogService<Network> log, TimeProvider clock, ILogger<FactOrder> logger)
    {
        (this.log, this.clock, this.logger) = (log, clock, logger);
        timer = clock.CreateTimer(_ => AskForMissing(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Ends when the fact is recorded, whatever had to come before it.</summary>
    public async Task Take(Input input)
    {
        if (input.Content is not IFact { Origin.Number: var number })
        {
            throw new ImpossibleInputException($"{input.Content.GetType().Name} is not a fact.");
        }

        var last = handed ?? await log.Read(n => n.LastFact);
        Task done;
        lock (gate)
        {
            handed ??= last;
            if (number > handed + 1)
            {
                var wait = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                (early.TryGetValue(number, out var others) ? others : early[number] = []).Add((input, wait));
                timer.Change(Patience, Patience);
                done = wait.Task;
            }
            else
            {
                handed = Math.Max(handed.Value, number);
                done = log.Submit(input);
                HandOverWaiting();
            }
        }

        await done;
    }

    public void Dispose() => timer.Dispose();

    private void HandOverWaiting()
    {
        while (early.Count > 0 && early.First() is var (number, waiting) && number <= handed + 1)
        {
            early.Remove(number);
            handed = Math.Max(handed!.Value, number);
            foreach (var (input, wait) in waiting)
            {
                _ = Complete(log.Submit(input), wait);
            }
        }

        if (early.Count == 0)
        {
            timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    private static async Task Complete(Task recorded, TaskCompletionSource wait)
    {
        try
        {
            await recorded;
            wait.TrySetResult();
        }
        catch (Exception e)
        {
            wait.TrySetException(e);
        }
    }

    private void AskForMissing()
    {
        long after, next;
        lock (gate)
        {
            if (early.Count == 0)
            {
                return;
            }

            (after, next) = (handed!.Value, early.First().Key);
        }

        LogGap(after, next);
        _ = log.Read(n => n.Name).ContinueWith(
            name => log.Submit(new Input(new FactGapSeen(name.Result, after, clock.GetUtcNow()), EventId.Of($"gap/{after}/{clock.GetUtcNow().UtcTicks}"))),
            TaskScheduler.Default);
    }

    [LoggerMessage(LogLevel.Warning, "Facts {After} to {Next} (exclusive) are missing on the bus; asking ChainWatcher to send them again.")]
    private partial void LogGap(long after, long next);
}
