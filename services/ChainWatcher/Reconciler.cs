using Skale.ChainWatcher.Domain;
using Skale.ChainWatcher.Domain.Manager;
using Skale.Contracts;
using Skale.Ethereum;
using Skale.EventStore;
using Skale.Hosting;

namespace Skale.ChainWatcher;

/// <summary>
/// Now and then asks the contracts, beside the watch, for all that the recorded facts say, at the last recorded block; what differs is recorded and published.
/// It never holds the watch up: what cannot be asked is said once, and left.
/// </summary>
internal sealed partial class Reconciler(ChainWatcherOptions options, ContractSet contracts, WatchLog log, WatchStatus status, TimeProvider clock, ILogger logger)
{
    /// <summary>An endpoint without an archive keeps the state of about 128 blocks; and while the scan is far behind, there is more to do than to compare.</summary>
    private const long MostBlocksBehind = 64;

    private readonly HashSet<string> said = [];

    /// <summary>Asks one endpoint at every interval until it is left.</summary>
    public async Task Run(JsonRpcClient rpc, CancellationToken stopping)
    {
        status.SetDifferences(await log.Ask(w => w.Differences.Count));
        while (options.ReconcileEvery > TimeSpan.Zero)
        {
            await clock.Wait(options.ReconcileEvery, stopping);
            try
            {
                await Compare(rpc, stopping);
            }
            catch (Exception e) when (e is RpcTransportException or RpcException or InconsistentAnswerException)
            {
                if (said.Add($"{rpc.Name}/{e.GetType().Name}"))
                {
                    LogNotCompared(options.Network, rpc.Name, e.Message);
                }
            }
        }
    }

    private async Task Compare(JsonRpcClient rpc, CancellationToken stopping)
    {
        var (at, last) = await log.Ask(w => (w.Scanned, w.LastFact));
        if (at is null || at.Number < status.Head - MostBlocksBehind)
        {
            return;
        }

        var report = await new ManagerCheck(rpc, contracts).Compare(await Fold(last, stopping), at, last, stopping);
        var silent = report.NotCompared.Where(n => said.Add($"{rpc.Name}/{n.Function}")).GroupBy(n => n.Reason, n => n.Function).Select(g => $"{string.Join(", ", g)}: {g.Key}").ToArray();
        if (silent.Length > 0)
        {
            LogNotCompared(options.Network, rpc.Name, string.Join("; ", silent));
        }

        if (report.Compared == 0)
        {
            return;
        }

        var input = new ManagerCompared(options.Network, at, [.. report.Differences, .. report.Silent], report.Unanswered);
        var recorded = await log.Submit(new Input(input, EventId.Of($"{ChainWatcherSetup.Name}/{options.Network}/compare/{at.Hash}/{clock.GetUtcNow().UtcTicks}")));
        var news = recorded.OfType<ManagerDiffers>().ToArray();
        if (news.FirstOrDefault() is { } first)
        {
            LogDiffers(options.Network, at, news.Length, first.Subject, first.What, first.Folded, first.Answered);
        }

        status.CountDifferences(news);
        status.SetDifferences(await log.Ask(w => w.Differences.Count));
    }

    /// <summary>The state that the first facts give; those that were retracted count for nothing.</summary>
    private async Task<ManagerState> Fold(long last, CancellationToken stopping)
    {
        var retracted = new HashSet<long>();
        await foreach (var fact in log.Facts(stopping))
        {
            if (fact is FactsRetracted retraction && fact.Origin.Number <= last)
            {
                retracted.UnionWith(retraction.Numbers);
            }
        }

        var state = new ManagerState();
        await foreach (var fact in log.Facts(stopping))
        {
            if (fact is not FactsRetracted && fact.Origin.Number <= last && !retracted.Contains(fact.Origin.Number))
            {
                ManagerFold.Evolve(state, fact);
            }
        }

        return state;
    }

    [LoggerMessage(
        LogLevel.Warning,
        "Network {Network}: at block {Block} {Count} values differ from what the facts say, such as {Subject}, {What}: facts {Folded}, contract {Answered}. All are recorded as manager_differs.")]
    private partial void LogDiffers(string network, BlockRef block, int count, string subject, string what, string folded, string answered);

    [LoggerMessage(LogLevel.Information, "Network {Network}: not compared with the contracts at {Endpoint}: {Reason}. This is said once; the watch goes on.")]
    private partial void LogNotCompared(string network, string endpoint, string reason);
}
