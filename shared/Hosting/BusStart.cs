using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Skale.Hosting;

/// <summary>
/// Starts the bus when every log of this process is open for writing, and stops it. Before that nothing may be taken from a queue: another process may be at
/// work with it, and here nothing could be recorded.
/// </summary>
internal sealed class BusStart(IEnumerable<ILogHealth> logs, IBusDepot buses, IOptions<MassTransitHostOptions> options) : BackgroundService
{
    private readonly MassTransitHostedService bus = new(buses, options);
    private bool started;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (started)
        {
            await bus.StopAsync(cancellationToken);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.WhenAll(logs.Select(log => log.Active)).WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!stoppingToken.IsCancellationRequested)
        {
            started = true;
            await bus.StartAsync(CancellationToken.None);
        }
    }
}
