using MassTransit;
using Microsoft.Extensions.Options;
using Skale.ChainWatcher.Domain;
using Skale.Contracts;
using Skale.Hosting;

namespace Skale.ChainWatcher;

/// <summary>Publishes facts again for a receiver that has missed some.</summary>
public sealed partial class FactResender(
    [FromKeyedServices(ChainWatcherSetup.Name)] LogService<Watch> log, IOptions<ChainWatcherOptions> options, ILogger<FactResender> logger)
{
    public async Task Take(ConsumeContext<ResendFacts> context)
    {
        var (network, after) = (context.Message.Network, context.Message.AfterNumber);
        if (network != options.Value.Network)
        {
            LogForeign(network, options.Value.Network);
            return;
        }

        var events = await log.Log;
        await foreach (var first in events.ReadStream(StoredEvents.Facts(network), after, context.CancellationToken))
        {
            LogResending(network, after);
            log.RepublishAfter(first.Position - 1);
            return;
        }
    }

    [LoggerMessage(LogLevel.Information, "Facts of network {Network} behind number {After} are published again, as asked.")]
    private partial void LogResending(string network, long after);

    [LoggerMessage(LogLevel.Information, "Facts of network {Other} were asked for; this watcher has those of {Network} only.")]
    private partial void LogForeign(string other, string network);
}
