using Skale.EventStore;
using Skale.Hosting;
using Skale.Scheduler.Domain;

namespace Skale.Scheduler;

/// <summary>Records that time has passed whenever a deadline has; the sagas do the rest.</summary>
public sealed class DeadlineLoop([FromKeyedServices(SchedulerSetup.Name)] LogService<Network> log, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var now = clock.GetUtcNow();
            if (await log.Read(n => n.NextDeadline) <= now)
            {
                await log.Submit(new Input(new TimePassed(now), EventId.Of($"{SchedulerSetup.Name}/time/{now.UtcTicks}")));
            }
        }
    }
}
