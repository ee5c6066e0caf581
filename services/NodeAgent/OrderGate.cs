using System.Diagnostics.Metrics;
using MassTransit;
using Skale.Contracts;
using Skale.EventStore;
using Skale.Hosting;
using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent;

/// <summary>Where orders come in: what the scheduler has signed goes to the log, the rest to the error queue.</summary>
internal sealed partial class OrderGate : IDisposable
{
    private readonly NodeId node;
    private readonly LogService<Assignment> log;
    private readonly OrderVerifier? verifier;
    private readonly Action wake;
    private readonly Meter meter = new("Skale.NodeAgent");
    private readonly Counter<long> refused;

    /// <param name="keys">Of the scheduler; empty when orders are not checked.</param>
    /// <param name="wake">Called when an order is recorded.</param>
    public OrderGate(NodeId node, IReadOnlyList<VerifierKey> keys, LogService<Assignment> log, Action wake, TimeProvider clock, ILogger<OrderGate> logger)
    {
        (this.node, this.log, this.wake) = (node, log, wake);
        refused = meter.CreateCounter<long>("skale_agent_orders_refused_total", description: "Orders that were not signed as they must be, by what is wrong with them.");
        if (keys.Count > 0)
        {
            verifier = new OrderVerifier(keys, clock);
        }
        else
        {
            LogUnchecked(logger, node);
        }
    }

    public Task Take<T>(ConsumeContext<T> context)
        where T : class => Take(context, message => message);

    /// <param name="mine">What is ordered of this node; null when nothing is: the bus of one process takes an order to several nodes to all there are.</param>
    public async Task Take<T>(ConsumeContext<T> context, Func<T, object?> mine)
        where T : class
    {
        if (mine(context.Message) is not { } order)
        {
            return;
        }

        try
        {
            verifier?.Require(context);
        }
        catch (SignatureRefusedException e)
        {
            refused.Add(1, new("node", $"{node}"), new("fault", e.Kind));
            if (e.Kind == SignatureRefusedException.Expired)
            {
                await AskForAll(context);
            }

            throw;
        }

        await log.Submit(BusEndpoint.InputOf(context) with { Content = order });
        wake();
    }

    public void Dispose() => meter.Dispose();

    /// <summary>What the scheduler did say must not be lost: as behind any gap in the generations, the whole assignment is asked for.</summary>
    private async Task AskForAll(ConsumeContext context) => await log.Submit(new Input(
        new RemoveSubnode(node, long.MaxValue, default, default), EventId.Of($"{log.Name}/expired/{context.MessageId}"), context.CorrelationId));

    [LoggerMessage(LogLevel.Warning, "Node {Node}: orders are not checked, since NodeAgent:SchedulerKeys is not set; whoever can publish on the bus can start containers on this machine.")]
    private static partial void LogUnchecked(ILogger logger, NodeId node);
}
