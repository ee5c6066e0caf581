using Microsoft.Extensions.Options;
using Skale.Contracts;
using Skale.EventStore;
using Skale.Hosting;
using Skale.Scheduler.Domain;

namespace Skale.Scheduler;

/// <summary>
/// Listens to the agents' heartbeats and records only what they change: a node that is silent for 15 s is suspected, then lost, and returned when it is heard again. While
/// nobody at all is heard nobody is judged: then it is this process or the bus that is cut off. Every node counts as heard when that ends, and at the start.
/// </summary>
public sealed class PresenceLoop([FromKeyedServices(SchedulerSetup.Name)] LogService<Network> log, IOptions<SchedulerOptions> options, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SuspectAfter = TimeSpan.FromSeconds(15);

    private readonly Lock gate = new();
    private readonly Dictionary<NodeId, DateTimeOffset> heard = [];
    private DateTimeOffset anyone = DateTimeOffset.MinValue;
    private DateTimeOffset listening;

    /// <summary>An agent is heard.</summary>
    public void Hear(NodeId node)
    {
        var now = clock.GetUtcNow();
        lock (gate)
        {
            listening = now - anyone > SuspectAfter ? now : listening;
            (heard[node], anyone) = (now, now);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var nodes = await log.Read(n => n.Nodes.Values.Where(x => x.Machine is not null && x.IsRegistered).Select(x => (x.Id, x.Presence)).ToArray());
            var now = clock.GetUtcNow();
            foreach (var change in nodes.Select(n => Change(n.Id, n.Presence, now)).OfType<object>().ToArray())
            {
                await log.Submit(new Input(change, EventId.Of($"{SchedulerSetup.Name}/presence/{change}")));
            }
        }
    }

    private object? Change(NodeId node, Presence presence, DateTimeOffset now)
    {
        lock (gate)
        {
            if (now - anyone > SuspectAfter)
            {
                return null;
            }

            var last = heard.GetValueOrDefault(node, listening);
            var since = last < listening ? listening : last;
            return (now - since, presence) switch
            {
                (var silent, Presence.Heard) when silent > SuspectAfter => new NodeSuspected(node, since, now),
                (var silent, Presence.Suspect) when silent > options.Value.LostAfter => new NodeLost(node, since, now),
                (var silent, Presence.Suspect or Presence.Lost) when silent <= SuspectAfter && heard.ContainsKey(node) && last >= listening => new NodeReturned(node, now),
                _ => null,
            };
        }
    }
}
