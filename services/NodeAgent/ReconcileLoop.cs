using System.Collections.Immutable;
using System.Diagnostics;
using System.Threading.Channels;
using Skale.Contracts;
using Skale.Docker;
using Skale.Hosting;
using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent;

/// <summary>
/// One agent's loop: looks at the assignment and at the engine, plans, and sends each chain down its own lane. It wakes on orders, on what
/// the engine tells, and on time. While the engine does not answer it waits: nothing is concluded from silence.
/// </summary>
public sealed partial class ReconcileLoop : BackgroundService
{
    private static readonly TimeSpan EnginePause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(5);

    /// <summary>Into so many parts the time between two checks of a chain is divided; checks of one part are made and ended together.</summary>
    private const int ChecksTogether = 10;

    private readonly Place place;
    private readonly LogService<Assignment> log;
    private readonly IContainerHost host;
    private readonly NodeAgentOptions options;
    private readonly TimeProvider clock;
    private readonly TimeProvider wall;
    private readonly ILogger logger;
    private readonly Reporter reporter;
    private readonly SemaphoreSlim engineSlots;
    private readonly Channel<ChainName?> signals = Channel.CreateUnbounded<ChainName?>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Dictionary<ChainName, ChainTrack> tracks = [];
    private readonly HashSet<ChainName> disturbed = [];
    private DateTimeOffset observeAt;
    private DateTimeOffset tidyAt;
    private volatile bool missed;
    private HostFacts? facts;
    private Task<bool>? waiting;

    public ReconcileLoop(Place place, LogService<Assignment> log, IContainerHost host, NodeAgentOptions options, TimeProvider clock, ILogger<ReconcileLoop> logger)
    {
        (this.place, this.log, this.host, this.options, this.clock, wall, this.logger) = (place, log, host, options, new SteadyClock(clock), clock, logger);
        reporter = new Reporter(place.Node, log, clock);
        engineSlots = new SemaphoreSlim(options.Parallel);
        Repairs = host.Data is { } data ? new DataRepairs(place, log, data, reporter, clock) : null;
    }

    public NodeId Node => place.Node;

    /// <summary>Why the engine cannot be worked with right now; null when it can.</summary>
    public string? EngineTrouble { get; private set; } = "the engine has not been asked yet";

    /// <summary>How the node's subnodes stood when the loop last looked.</summary>
    public ImmutableSortedDictionary<ChainName, Standing> Standings { get; private set; } = ImmutableSortedDictionary<ChainName, Standing>.Empty;

    /// <summary>How long the last pass over all chains took, without the work it started.</summary>
    public TimeSpan LastPass { get; private set; }

    /// <summary>Looks at the assignment now: an order has been recorded.</summary>
    public void Wake() => signals.Writer.TryWrite(null);

    public override void Dispose()
    {
        reporter.Dispose();
        engineSlots.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var listening = Listen(stoppingToken);
            while (!stoppingToken.IsCancellationRequested)
            {
                var pause = await TryPass(stoppingToken);
                waiting ??= signals.Reader.WaitToReadAsync(stoppingToken).AsTask();
                await Task.WhenAny(waiting, Task.Delay(pause, clock, stoppingToken));
                if (waiting.IsCompletedSuccessfully)
                {
                    waiting = null;
                }
            }

            await listening;
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
        finally
        {
            EndTurns();
            await Task.WhenAll(tracks.Values.Select(t => t.Working ?? Task.CompletedTask)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>One pass; returns how long to sleep when nothing wakes us.</summary>
    private async Task<TimeSpan> TryPass(CancellationToken stopping)
    {
        try
        {
            var began = Stopwatch.GetTimestamp();
            facts ??= await Enrol(stopping);
            Reap();
            var now = clock.GetUtcNow();
            if (await log.Read(a => a.IsOverdue(wall.GetUtcNow())))
            {
                await reporter.Say(new AssignmentOverdue(wall.GetUtcNow()));
            }

            await Observe(stopping);

            SetTrouble(null);
            (var desired, Standings) = await log.Read(a => (a.Desired, a.Standings));
            await RemoveLeftovers(desired, stopping);
            var next = Dispatch(desired, stopping);
            LastPass = Stopwatch.GetElapsedTime(began);
            return next < LongestSleep ? next : LongestSleep;
        }
        catch (Exception e) when (e is DockerUnavailableException or DockerVersionException or DockerException or StepRefusedException)
        {
            SetTrouble(e.Message);
            missed = true;
            return EnginePause;
        }
    }

    private TimeSpan Dispatch(Desired desired, CancellationToken stopping)
    {
        var now = clock.GetUtcNow();
        TakeTurns(desired, now, stopping);
        var (next, together) = (observeAt, now + (options.HealthEvery / ChecksTogether));
        foreach (var chain in desired.Subnodes.Keys.Concat(desired.Removals.Keys).Concat(tracks.Keys).ToHashSet())
        {
            var track = Track(chain);
            if (track.PlanOf(chain, desired, facts!.Abilities, place) is not { } plan || track.Trial?.Holds(plan, now) == true || IsHeld(desired, chain))
            {
                continue;
            }

            if (track.Working is not null)
            {
                track.CancelUnless(plan.Goal);
            }
            else if (track.IsDue(plan, now))
            {
                Send(plan, track, now, stopping);
            }

            // What only asks, and who is to be asked soon, is looked after together.
            var at = track.Working is null ? track.CheckAt : together;
            if ((track.IsAtRest || (track.Working is null && plan.Goal is Goal.Run)) && at < next)
            {
                next = at > together ? at : together;
            }
        }

        var soonest = tracks.Values.Select(t => t.Trial?.NotBefore).Where(at => at > now).Append(next).Min()!.Value;
        return soonest > now ? soonest - now : TimeSpan.FromMilliseconds(1);
    }

    private void Send(ChainPlan plan, ChainTrack track, DateTimeOffset now, CancellationToken stopping)
    {
        var inspect = track.VerifyAt <= now;
        if (inspect)
        {
            track.VerifyAt = now + options.VerifyEvery;
        }

        var (lane, seen) = (new Lane(host, reporter, facts!, options, engineSlots, clock), track.Seen);
        track.Begin(plan, now, cancellation => Task.Run(() => lane.Run(plan, seen, inspect, track.IsSettled, cancellation), CancellationToken.None), stopping);
        _ = track.Working!.ContinueWith(run => WakeUnlessAtRest(plan, run), TaskScheduler.Default);
        if (!plan.IsDone)
        {
            CountRestart(plan);
            LogSteps(Node, plan.Chain, string.Join(", ", plan.Stages.SelectMany(s => s).Select(s => s.Words)));
        }
    }
}
