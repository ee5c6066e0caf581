using MassTransit;
using Microsoft.Extensions.Options;
using Skale.Contracts;
using Skale.EventStore;
using Skale.Hosting;
using Skale.Scheduler.Domain;

namespace Skale.Scheduler;

/// <summary>
/// Hands facts to the log in the order of their numbers. Those that are taken from the queue together may be handled in any order: one that comes early waits,
/// unacknowledged, for those before it. When they do not come, ChainWatcher is asked to send again everything behind the last fact handed over; early facts that find
/// no room to wait are let go, since they come again with those.
/// </summary>
public sealed partial class FactOrder([FromKeyedServices(SchedulerSetup.Name)] LogService<Network> log, IOptions<BusOptions> bus, TimeProvider clock, ILogger<FactOrder> logger)
    : BackgroundService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPatience = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly SortedDictionary<long, (Input Input, TaskCompletionSource Recorded)> early = [];

    // Who waits holds a message of the prefetch; one must be left, or the fact they all wait for could not be delivered.
    private readonly int mostRoom = bus.Value.Prefetch - 1;

    // While facts are missing, the other messages of the queue need room too.
    private readonly int roomAtGap = bus.Value.Prefetch / 2;
    private bool isGap;
    private string? network;
    private long handed;
    private long highest;

    /// <summary>Ends when the fact is recorded, whatever had to come before it, or when it will come again.</summary>
    public async Task Take<T>(ConsumeContext<T> context)
        where T : class, IFact
    {
        var (input, origin) = (BusEndpoint.InputOf(context), context.Message.Origin);
        Task? done = null;
        while (done is null)
        {
            await FindPlace();
            lock (gate)
            {
                done = network is null ? null
                    : origin.Network != network ? log.Submit(input) // It has no place in this order: the rules refuse it with the reason.
                    : origin.Number <= handed + 1 ? Hand(input, origin.Number)
                    : Hold(input, origin.Number);
            }
        }

        await done;
    }

    /// <summary>Asks for what is missing when nothing has moved for a while, ever less often.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var (patience, waited, before) = (Patience, TimeSpan.Zero, 0L);
        using var timer = new PeriodicTimer(Patience, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await FindPlace().WaitAsync(stoppingToken);
            var (after, next) = Missing();
            (patience, waited, before) = next == 0 || after != before ? (Patience, TimeSpan.Zero, after) : (patience, waited + Patience, before);
            MakeRoom(isGap: next > 0 && waited > TimeSpan.Zero);
            if (next > 0 && waited >= patience)
            {
                LogGap(after, next);
                var now = clock.GetUtcNow();
                await log.Submit(new Input(new FactGapSeen(network!, after, now), EventId.Of($"{SchedulerSetup.Name}/gap/{after}/{now.UtcTicks}")));
                (patience, waited) = (patience * 2 < LongestPatience ? patience * 2 : LongestPatience, TimeSpan.Zero);
            }
        }
    }

    /// <summary>Reads in the log where the order stands: at first, and after the log has refused a fact.</summary>
    private async Task FindPlace()
    {
        if (Volatile.Read(ref network) is null)
        {
            var (name, last) = await log.Read(n => (n.Name, n.LastFact));
            lock (gate)
            {
                handed = network is null ? last : handed;
                network = name;
            }
        }
    }

    private Task Hand(Input input, long number)
    {
        handed = Math.Max(handed, number);
        var recorded = Record(input, number);
        while (early.Count > 0 && early.First() is var (next, waiting) && next <= handed + 1)
        {
            early.Remove(next);
            handed = Math.Max(handed, next);
            _ = Complete(Record(waiting.Input, next), waiting.Recorded);
        }

        return recorded;
    }

    private Task Hold(Input input, long number)
    {
        highest = Math.Max(highest, number);
        if (early.Count >= (isGap ? roomAtGap : mostRoom) || early.ContainsKey(number))
        {
            return Task.CompletedTask;
        }

        early[number] = (input, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        return early[number].Recorded.Task;
    }

    /// <summary>Lets go of those that are farthest from their turn.</summary>
    private void MakeRoom(bool isGap)
    {
        lock (gate)
        {
            this.isGap = isGap;
            foreach (var number in isGap ? early.Keys.Skip(roomAtGap).ToArray() : [])
            {
                early.Remove(number, out var waiting);
                waiting.Recorded.TrySetResult();
            }
        }
    }

    /// <summary>A fact that the log refuses, and those behind it, are missing from then on: they are asked for, ever less often, until they can be recorded.</summary>
    private async Task Record(Input input, long number)
    {
        try
        {
            await log.Submit(input);
        }
        catch (Exception e) when (e is not LogEndedException)
        {
            lock (gate)
            {
                (network, highest) = (null, Math.Max(highest, number));
            }

            throw;
        }
    }

    private static async Task Complete(Task recorded, TaskCompletionSource waiting)
    {
        try
        {
            await recorded;
            waiting.TrySetResult();
        }
        catch (Exception e)
        {
            waiting.TrySetException(e);
        }
    }

    /// <summary>The last fact handed over, and the nearest behind the gap; 0 when there is no gap.</summary>
    private (long After, long Next) Missing()
    {
        lock (gate)
        {
            return highest <= handed || network is null ? (handed, 0) : (handed, early.Count > 0 ? early.First().Key : highest);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Facts {After} to {Next} (exclusive) are missing on the bus; asking ChainWatcher to send them again.")]
    private partial void LogGap(long after, long next);
}
