using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Skale.Contracts;
using Skale.Scheduler.Domain;
using Skale.Servers;

namespace Skale.Scheduler.Tests;

/// <summary>The scheduler as it is composed, with a journal and the bus in memory, and agents that are heard there or are not. Time is put forward.</summary>
public sealed class PresenceLoopTests
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(5);
    private readonly ForwardClock clock = new();
    private readonly HashSet<long> alive = [];
    private int heard;

    [Fact]
    public async Task a_silent_node_is_suspected_then_lost_and_returns_when_it_is_heard()
    {
        await using var app = await Start();
        await using var agents = new Agents(app, this);
        await Forward(TimeSpan.FromSeconds(30));
        Assert.Equal((Presence.Heard, Presence.Heard), (await Of(app, 0), await Of(app, 1)));

        Silence(0);
        await Forward(TimeSpan.FromSeconds(20));
        await Becomes(app, 0, Presence.Suspect);
        await Forward(TimeSpan.FromMinutes(2));
        await Becomes(app, 0, Presence.Lost);
        Assert.Equal(Presence.Heard, await Of(app, 1));

        Revive(0);
        await Becomes(app, 0, Presence.Heard);
    }

    [Fact]
    public async Task while_nobody_is_heard_nobody_is_judged_and_afterwards_everybody_has_time_to_be_heard()
    {
        await using var app = await Start();
        await using var agents = new Agents(app, this);
        await Forward(Step);
        Silence(0);
        Silence(1);
        await Idle(app);
        clock.Forward(TimeSpan.FromHours(1));
        await Idle(app);
        Assert.Equal((Presence.Heard, Presence.Heard), (await Of(app, 0), await Of(app, 1)));

        // Node 0 has been silent for an hour, and longer than 15 s only since somebody is heard again.
        Revive(1);
        await Forward(Step);
        await Idle(app);
        Assert.Equal(Presence.Heard, await Of(app, 0));
        await Forward(TimeSpan.FromSeconds(15));
        await Becomes(app, 0, Presence.Suspect);
        Assert.Equal(Presence.Heard, await Of(app, 1));
    }

    private static Task<Presence> Of(RunningScheduler app, long node) => app.Log.Read(n => n.Nodes[new(node)].Presence);

    private static Task Becomes(RunningScheduler app, long node, Presence presence) =>
        Wait.Until($"node {node} to be {presence}", async () => await Of(app, node) == presence, Wait.Patience, TestContext.Current.CancellationToken);

    /// <summary>With nodes 0 and 1, both alive.</summary>
    private async Task<RunningScheduler> Start()
    {
        var app = await RunningScheduler.Start(clock: clock);
        await app.AddNodes(2);
        alive.UnionWith([0, 1]);
        app.App.Services.GetRequiredService<IBusControl>().ConnectConsumeMessageObserver(new Counter(this));
        return app;
    }

    private void Silence(long node)
    {
        lock (alive)
        {
            alive.Remove(node);
        }
    }

    private void Revive(long node)
    {
        lock (alive)
        {
            alive.Add(node);
        }
    }

    /// <summary>In steps, so that whoever is alive is heard in each of them.</summary>
    private async Task Forward(TimeSpan by)
    {
        for (var left = by; left > TimeSpan.Zero; left -= Step)
        {
            clock.Forward(Step);
            var before = Volatile.Read(ref heard);
            await Wait.Until("agents to be heard", () => Volatile.Read(ref heard) >= before + 4, Wait.Patience, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Until the loops of a second, of which there are at most three, have gone round once and more.</summary>
    private async Task Idle(RunningScheduler app)
    {
        var before = clock.Ticks;
        await Wait.Until("the loops to go round", () => clock.Ticks >= before + 6, Wait.Patience, TestContext.Current.CancellationToken);
        _ = await Of(app, 0);
    }

    /// <summary>Says what the agents of living nodes say, oftener.</summary>
    private sealed class Agents : IAsyncDisposable
    {
        private readonly CancellationTokenSource stop = new();
        private readonly Task talking;

        public Agents(RunningScheduler app, PresenceLoopTests test) => talking = Task.Run(async () =>
        {
            var bus = app.App.Services.GetRequiredService<IBus>();
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
            while (await timer.WaitForNextTickAsync(stop.Token))
            {
                long[] talkers;
                lock (test.alive)
                {
                    talkers = [.. test.alive];
                }

                foreach (var node in talkers)
                {
                    await bus.Publish(new NodeHeartbeat(new(node), DateTimeOffset.UtcNow), stop.Token);
                }
            }
        });

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            await talking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stop.Dispose();
        }
    }

    private sealed class Counter(PresenceLoopTests test) : IConsumeMessageObserver<NodeHeartbeat>
    {
        public Task PreConsume(ConsumeContext<NodeHeartbeat> context) => Task.CompletedTask;

        public Task PostConsume(ConsumeContext<NodeHeartbeat> context) => Task.FromResult(Interlocked.Increment(ref test.heard));

        public Task ConsumeFault(ConsumeContext<NodeHeartbeat> context, Exception exception) => Task.CompletedTask;
    }

    /// <summary>Goes as time does, and is put forward; counts how often it is asked.</summary>
    private sealed class ForwardClock : TimeProvider
    {
        private long ahead;
        private int asked;

        /// <summary>Seconds that its timers have counted, about.</summary>
        public int Ticks => Volatile.Read(ref asked);

        public void Forward(TimeSpan by) => Interlocked.Add(ref ahead, by.Ticks);

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UtcNow + TimeSpan.FromTicks(Interlocked.Read(ref ahead));

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            period == TimeSpan.FromSeconds(1) ? base.CreateTimer(s => Tick(callback, s), state, dueTime, period) : base.CreateTimer(callback, state, dueTime, period);

        private void Tick(TimerCallback callback, object? state)
        {
            Interlocked.Increment(ref asked);
            callback(state);
        }
    }
}
