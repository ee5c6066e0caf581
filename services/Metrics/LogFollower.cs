using Skale.EventStore;
using Skale.Hosting;

namespace Skale.Metrics;

/// <summary>Follows the scheduler's log from its beginning and folds it, for as long as the process lives; goes on where it stopped after any error.</summary>
public sealed partial class LogFollower(Projection projection, LogStore store, TimeProvider clock, ILogger<LogFollower> logger) : BackgroundService
{
    /// <summary>The log that is followed.</summary>
    public const string LogName = "scheduler";

    private const int EventsPerPage = 256;
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(1);
    private bool tidied;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var pause = ShortestPause; !stoppingToken.IsCancellationRequested; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                await using var log = await store.OpenReader(LogName, stoppingToken);
                projection.Opened(log);
                await Follow(log, () => pause = ShortestPause, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                Report(e.Message, isEarly: e is DirectoryNotFoundException);
                projection.Opened(null);
                await Task.Delay(pause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task Follow(IEventLog log, Action onSuccess, CancellationToken stopping)
    {
        var page = new List<StoredEvent>(EventsPerPage);
        while (true)
        {
            await foreach (var stored in log.ReadAll(projection.Now.View.Position, stopping))
            {
                page.Add(stored);
                if (page.Count == EventsPerPage)
                {
                    Fold(page);
                }
            }

            Fold(page);
            TidyOnce();
            await Ask(log, stopping);
            var (head, position) = (projection.Progress.Head, projection.Now.View.Position);
            Report(head < position ? $"The log ends at position {head}, but {position} is folded here: it was replaced. Start this process again." : null);
            onSuccess();
            await log.WaitForAppend(projection.Now.View.Position, AskEvery, stopping);
        }
    }

    /// <summary>Folding a long log leaves much behind that an idle process would never give back.</summary>
    private void TidyOnce()
    {
        if (!tidied)
        {
            tidied = true;
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
    }

    private void Fold(List<StoredEvent> page)
    {
        if (page.Count > 0)
        {
            projection.Fold(page);
            page.Clear();
        }
    }

    private async Task Ask(IEventLog log, CancellationToken stopping)
    {
        var published = await log.LoadCheckpoint(LogStore.RelayCheckpoint, stopping);
        DateTimeOffset? oldest = null;
        if (published < projection.Now.View.Position)
        {
            await foreach (var waiting in log.ReadAll(published, stopping))
            {
                oldest = waiting.At;
                break;
            }
        }

        projection.Report(new LogProgress(await log.Head(stopping), published, oldest, clock.GetUtcNow()));
    }

    /// <param name="isEarly">The scheduler has never started: nothing to worry about yet.</param>
    private void Report(string? trouble, bool isEarly = false)
    {
        if (trouble is not null && trouble != projection.Trouble)
        {
            LogTrouble(isEarly ? LogLevel.Information : LogLevel.Warning, LogName, trouble);
        }
        else if (trouble is null && projection.Trouble is not null)
        {
            LogWell(LogName, projection.Now.View.Position);
        }

        projection.Report(trouble);
    }

    [LoggerMessage("Cannot follow the log {Log}: {Reason} It is tried again.")]
    private partial void LogTrouble(LogLevel level, string log, string reason);

    [LoggerMessage(LogLevel.Information, "Following the log {Log}, now at position {Position}.")]
    private partial void LogWell(string log, long position);
}
