using MassTransit;
using Skale.Contracts;
using Skale.Hosting;

namespace Skale.NodeAgent;

/// <summary>Says that this agent lives. What nobody takes in time is dropped by the broker: an old heartbeat says nothing.</summary>
internal sealed partial class Heartbeat(NodeId node, Lazy<IBusControl> bus, MessageSigner signer, TimeProvider clock, ILogger<Heartbeat> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(NodeHeartbeat.Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            using var late = new CancellationTokenSource(NodeHeartbeat.Every, clock);
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, late.Token);
            try
            {
                var heartbeat = new NodeHeartbeat(node, clock.GetUtcNow());
                await bus.Value.Publish(heartbeat, context => Sign(context, heartbeat), patience.Token);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogUnsaid(e.Message);
            }
        }
    }

    private void Sign(PublishContext context, NodeHeartbeat heartbeat)
    {
        context.TimeToLive = NodeHeartbeat.Every;
        signer.Sign(context, heartbeat);
    }

    [LoggerMessage(LogLevel.Debug, "A heartbeat could not be said: {Reason}")]
    private partial void LogUnsaid(string reason);
}
