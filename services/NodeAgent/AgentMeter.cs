using System.Diagnostics.Metrics;
using Skale.Contracts;

namespace Skale.NodeAgent;

/// <summary>The figures of one agent at <c>/metrics</c>.</summary>
internal sealed class AgentMeter(ReconcileLoop loop) : IHostedService, IDisposable
{
    private readonly Meter meter = new("Skale.NodeAgent");

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var node = KeyValuePair.Create<string, object?>("node", $"{loop.Node}");
        meter.CreateObservableGauge("skale_agent_engine_up", () => new Measurement<int>(loop.EngineTrouble is null ? 1 : 0, node), description: "1 when the Docker Engine answers the agent.");
        meter.CreateObservableGauge("skale_agent_reconcile_seconds", () => new Measurement<double>(loop.LastPass.TotalSeconds, node), description: "Duration of the agent's last pass over its chains.");
        meter.CreateObservableGauge("skale_agent_subnodes", () => Subnodes(node), description: "Subnodes by condition.");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => meter.Dispose();

    private IEnumerable<Measurement<int>> Subnodes(KeyValuePair<string, object?> node)
    {
        var conditions = loop.Standings.Values.GroupBy(s => s.Condition).ToDictionary(g => g.Key, g => g.Count());
        return Enum.GetValues<SubnodeCondition>().Select(c => new Measurement<int>(
            conditions.GetValueOrDefault(c), node, KeyValuePair.Create<string, object?>("condition", $"{c}".ToLowerInvariant())));
    }
}
