using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using MassTransit;
using Microsoft.Extensions.Options;
using Skale.Contracts;
using Skale.Hosting;
using Skale.Scheduler.Domain;

namespace Skale.Scheduler;

/// <summary>
/// Where agents' reports come in: what the machine that joined as the node has signed goes to the log, the rest to the error queue, and heartbeats to nobody. Nodes as which no machine has joined are
/// believed unless <see cref="SchedulerOptions.AgentKeys"/> demands keys, and that is said.
/// </summary>
internal sealed partial class ReportGate
{
    private readonly AgentKeys keys;
    private readonly LogService<Network> log;
    private readonly PresenceLoop presence;
    private readonly ReportVerifier verifier;
    private readonly bool demandsKeys;
    private readonly bool isBusOpen;
    private readonly ILogger<ReportGate> logger;
    private readonly ConcurrentDictionary<NodeId, bool> unauthenticated = [];
    private readonly Counter<long> refused;

    public ReportGate(
        AgentKeys keys, [FromKeyedServices(SchedulerSetup.Name)] LogService<Network> log, PresenceLoop presence, IOptions<SchedulerOptions> options, IOptions<BusOptions> bus, TimeProvider clock,
        IMeterFactory meters, ILogger<ReportGate> logger)
    {
        (this.keys, this.log, this.presence, this.logger) = (keys, log, presence, logger);
        (demandsKeys, isBusOpen) = (options.Value.DemandsAgentKeys, !bus.Value.InMemory);
        verifier = new ReportVerifier(options.Value.Network, clock);
        var meter = meters.Create("Skale.Scheduler");
        refused = meter.CreateCounter<long>("skale_scheduler_reports_refused_total", description: "Reports and heartbeats that were not signed as they must be, by what is wrong with them.");
        meter.CreateObservableGauge("skale_scheduler_nodes_unauthenticated", () => unauthenticated.Count, description: "Nodes without a key that are believed: whoever can publish on the bus can report for them.");
    }

    public async Task Take<T>(ConsumeContext<T> context)
        where T : class, IReport
    {
        await Require(context, context.Message.Node);
        await log.Submit(BusEndpoint.InputOf(context));
    }

    /// <summary>One that is not believed is told of like a report, but not kept: the next comes in a few seconds.</summary>
    public async Task Hear(ConsumeContext<NodeHeartbeat> context)
    {
        try
        {
            await Require(context, context.Message.Node);
        }
        catch (SignatureRefusedException)
        {
            return;
        }

        presence.Hear(context.Message.Node);
    }

    private async Task Require<T>(ConsumeContext<T> context, NodeId node)
        where T : class
    {
        var key = await keys.Of(node);
        try
        {
            if (key.Verifier is { } known)
            {
                verifier.Require(context, known);
                unauthenticated.TryRemove(node, out _);
            }
            else if (demandsKeys)
            {
                throw new SignatureRefusedException(SignatureRefusedException.KeyUnknown, $"{typeof(T).Name} {context.MessageId} is of node {node}, as which no machine has joined, and Scheduler:AgentKeys is "
                    + $"'{SchedulerOptions.KeysDemanded}'. Make a token (skale node token {node}), and join with it on the machine.");
            }
            else if (key.IsNode && unauthenticated.TryAdd(node, true) && isBusOpen)
            {
                LogUnauthenticated(node);
            }
        }
        catch (SignatureRefusedException e)
        {
            refused.Add(1, new KeyValuePair<string, object?>("fault", e.Kind));
            LogRefused(node, e.Message);
            throw;
        }
    }

    [LoggerMessage(LogLevel.Warning, "Not believed, in the name of node {Node}: {Reason}")]
    private partial void LogRefused(NodeId node, string reason);

    [LoggerMessage(LogLevel.Warning, "Node {Node}: its reports are not authenticated, since no machine has joined as it with a token; whoever can publish on the bus can report in its name (skale node token {Node}).")]
    private partial void LogUnauthenticated(NodeId node);
}
