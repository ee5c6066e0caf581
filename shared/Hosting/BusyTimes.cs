using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Skale.Hosting;

/// <summary>
/// Lets go of what a busy time needed once it is over, as after the start-up; at rest it returns free heap and the pages of program files once a minute, since they come back sixteen
/// at a time where one is used. For a process that has little to do most of the time and holds little: collecting stops it for as long as it takes.
/// </summary>
public sealed partial class BusyTimes(TimeProvider clock, ILogger<BusyTimes> logger) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(10);

    /// <summary>The C library keeps what the runtime's compiler took for one large method, and each file keeps the pages beside those that are used.</summary>
    private const int LooksAtRest = 6;

    /// <summary>Parts of one processor: from the one on a time is busy, below the other it is over.</summary>
    private const double Busy = 0.15, Over = 0.05;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            StartUpPages.KeepLittleHeap();
            await Watch(stoppingToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFailed(e.Message);
        }
    }

    private async Task Watch(CancellationToken stopping)
    {
        var (wasBusy, used, atRest, files) = (false, Used, 0, StartUpPages.Unwritten());
        while (true)
        {
            await Task.Delay(Look, clock, stopping);
            var share = (Used - used) / Look;
            wasBusy |= share >= Busy;
            if (wasBusy && share < Over)
            {
                await StartUpPages.LetGo(clock, logger, stopping);
                wasBusy = false;
            }

            atRest = share < Over ? atRest + 1 : 0;
            if (atRest == LooksAtRest)
            {
                StartUpPages.ReturnFreeHeap();
                var before = files;
                files = StartUpPages.Unwritten();
                _ = StartUpPages.LetGo(files.Where(before.Contains));
                atRest = 0;
            }

            used = Used;
        }
    }

    private static TimeSpan Used => Environment.CpuUsage.TotalTime;

    [LoggerMessage(LogLevel.Warning, "What a busy time needed stays in resident memory: {Reason} Nothing else depends on it.")]
    private partial void LogFailed(string reason);
}
