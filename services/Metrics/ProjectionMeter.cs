using System.Diagnostics.Metrics;
using Skale.Metrics.Domain;

namespace Skale.Metrics;

/// <summary>The network's figures at <c>/metrics</c>.</summary>
public sealed class ProjectionMeter : IHostedService
{
    private readonly Meter meter;
    private readonly Projection projection;

    public ProjectionMeter(Projection projection, IMeterFactory meters)
    {
        (this.projection, meter) = (projection, meters.Create("Skale.Metrics"));
        Gauge("skale_nodes", "Registered nodes by where they stand in the registry.", v => ByName(v.Nodes.Values.Select(n => n.Standing), "standing"));
        Gauge("skale_nodes_in_maintenance", "Nodes in maintenance.", v => [new(v.Nodes.Values.LongCount(n => n.InMaintenance))]);
        Gauge("skale_nodes_incompliant", "Nodes declared incompliant.", v => [new(v.Nodes.Values.LongCount(n => !n.Compliant))]);
        Gauge("skale_nodes_without_agent", "Nodes that have not left and whose agent has never enrolled.",
            v => [new(v.Nodes.Values.LongCount(n => n.Machine is null && n.Standing is NodeStanding.Active or NodeStanding.Leaving))]);
        Gauge("skale_node_slices_used", "Slices of a node that are held for chains, out of 128.", v => v.Nodes.Values.Select(n => OfNode(n, n.Used)));
        Gauge("skale_node_slices_free", "Slices of a node that are free, out of 128.", v => v.Nodes.Values.Select(n => OfNode(n, n.Free)));
        Gauge("skale_chains", "Chains by phase.", v => ByName(v.Chains.Values.Select(c => c.Phase), "phase"));
        Gauge("skale_subnodes", "Members of groups that hold slices, by condition.",
            v => ByName(v.LiveMembers().Select(m => m.Member.Condition), "condition", MemberCondition.Released));
        Gauge("skale_projection_position", "Position of the last event folded.", v => [new(v.Position)]);
        Gauge("skale_projection_lag_events", "Events committed and not yet folded.", v => [new(Math.Max(0, projection.Progress.Head - v.Position))]);
        Gauge("skale_projection_ok", "1 when the log is being followed, 0 when something keeps the projection from it.", _ => [new(projection.Trouble is null ? 1 : 0)]);
        Gauge("skale_scheduler_unpublished_events", "Events the scheduler has committed and not yet published.",
            _ => [new(Math.Max(0, projection.Progress.Head - projection.Progress.Published))]);
        Gauge("skale_fact_number", "Number of the last fact recorded.", v => [new(v.LastFact?.Number ?? 0)]);
        Gauge("skale_fact_block", "Number of the block of the last fact recorded.", v => [new(v.LastFact?.BlockNumber ?? 0)]);
        meter.CreateObservableGauge("skale_fact_delay_seconds", Delay, description: "Time between the block of the last fact and its being recorded.");
        Counter("skale_events_total", "Events of the log folded.", v => v.Position);
        Counter("skale_unknown_events_total", "Events that this version cannot read.", v => v.Unread.Values.Sum(u => u.Count));
        Counter("skale_unmapped_logs_total", "Logs of the watched contracts that no fact is made of.", v => v.UnmappedLogs);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private double Delay() => projection.Now.View.LastFact is { } fact ? (fact.RecordedAt - fact.BlockTime).TotalSeconds : 0;

    private void Gauge(string name, string description, Func<NetworkView, IEnumerable<Measurement<long>>> observe) =>
        meter.CreateObservableGauge(name, () => observe(projection.Now.View), description: description);

    private void Counter(string name, string description, Func<NetworkView, long> observe) =>
        meter.CreateObservableCounter(name, () => observe(projection.Now.View), description: description);

    private static Measurement<long> OfNode(NodeView node, long value) => new(value, new KeyValuePair<string, object?>("node", node.Id.Value));

    /// <summary>Every name is shown, with 0 when nothing has it: a series that comes and goes cannot be watched.</summary>
    private static IEnumerable<Measurement<long>> ByName<T>(IEnumerable<T> found, string label, params T[] except)
        where T : struct, Enum
    {
        var counts = found.CountBy(x => x).ToDictionary();
        return Enum.GetValues<T>().Except(except)
            .Select(name => new Measurement<long>(counts.GetValueOrDefault(name), new KeyValuePair<string, object?>(label, Words.Of(name))));
    }
}
