using Skale.ChainWatcher.Domain;
using Skale.Ethereum;

namespace Skale.ChainWatcher;

/// <summary>Follows the chain as one endpoint shows it: scans up to the last block to believe, and goes back when recorded blocks were replaced.</summary>
internal sealed partial class ChainFollower(
    string network, JsonRpcClient rpc, LogScanner scanner, Backfill backfill, FinalityPolicy policy, Progress progress, WatchStatus status, TimeProvider clock, ILogger logger)
{
    /// <summary>
    /// Blocks behind the target that are asked for one by one, by hash: there an endpoint may lag behind its own headers, or change its mind. More than Ethereum takes to
    /// make a block final (two to three epochs of 32), since by number nodes on two forks can be mistaken for one.
    /// </summary>
    private const long BlocksScannedByHash = 128;
    private static readonly TimeSpan BetweenDoubts = TimeSpan.FromMilliseconds(100);

    /// <summary>Scans what is new.</summary>
    /// <param name="announced">A new head that the endpoint announced; null to ask.</param>
    public async Task Step(Block? announced, CancellationToken stopping)
    {
        var target = policy.IsLatest && announced is not null ? announced : await policy.Target(rpc, stopping);
        try
        {
            if (target is not null)
            {
                await ScanTo(target, stopping);
            }
        }
        catch (ForkedException e)
        {
            await StepBack(e, stopping);
        }
    }

    private async Task ScanTo(Block target, CancellationToken stopping)
    {
        status.SetHead(target.Number);
        if (target.Number - BlocksScannedByHash is var old && old >= progress.Next)
        {
            var pace = new BackfillPace(progress.Next, old, clock);
            await foreach (var range in backfill.Scan(progress.Next, old, stopping))
            {
                await progress.Add(range);
                if (pace.Report(progress.Next) is { } report)
                {
                    LogBackfill(network, progress.Next - 1, old, report.BlocksPerSecond, report.Left);
                }
            }
        }

        if (target.Number >= progress.Next)
        {
            var before = target.Number > progress.Next ? await scanner.Headers(progress.Next, target.Number - 1, stopping) : [];
            await progress.Add(await scanner.Blocks([.. before, target], stopping));
        }
        else if (progress.Tip is { } tip && tip.Number == target.Number && tip.Hash != target.Hash)
        {
            throw new ForkedException(target.Number + 1, target.Hash, tip);
        }
    }

    /// <summary>Gives up blocks that are not recorded; else makes sure, twice, that recorded blocks are really gone, and goes back to the last one that stands.</summary>
    private async Task StepBack(ForkedException fork, CancellationToken stopping)
    {
        if (progress.Forget() || progress.Recorded is not { } recorded)
        {
            return;
        }

        var marks = await progress.Marks();
        var stands = await LastStanding(marks, stopping);
        await clock.Wait(BetweenDoubts, stopping);
        if (stands == marks.Length - 1 || await LastStanding(marks, stopping) != stands)
        {
            throw new InconsistentAnswerException(rpc.Name, $"it contradicts itself about block {recorded} ({fork.Message})");
        }

        var replaced = Mark.FirstReplaced(marks[(stands + 1)..]);
        var actual = await Header(replaced.Block.Number, stopping);
        if (actual.Hash == replaced.Block.Hash)
        {
            throw new InconsistentAnswerException(rpc.Name, $"block {replaced.Block} was gone and is back");
        }

        var retracted = await progress.Record(stands < 0 ? null : marks[stands].Block, actual);
        status.CountRewind();
        if (retracted is null)
        {
            LogRewound(network, recorded, progress.Next);
        }
        else
        {
            status.CountRetraction();
            LogRetracted(network, replaced.Block, actual.Hash, retracted.Numbers.Count, retracted.Numbers[0], retracted.Numbers[^1], progress.Next);
        }
    }

    /// <summary>Index of the last mark that is in the chain, -1 for none: once one is not, none behind it is.</summary>
    private async Task<int> LastStanding(Mark[] marks, CancellationToken stopping)
    {
        var (stands, gone) = (-1, marks.Length);
        for (var step = 1; gone - 1 > stands; step *= 2)
        {
            // Backwards in growing steps, since few blocks are replaced as a rule; then by halves between the two that are known.
            var at = stands < 0 ? Math.Max(0, gone - step) : (stands + gone) / 2;
            (stands, gone) = (await Header(marks[at].Block.Number, stopping)).Hash == marks[at].Block.Hash ? (at, gone) : (stands, at);
        }

        return stands;
    }

    private async Task<BlockHeader> Header(long number, CancellationToken stopping) => await scanner.HeaderAt(number, stopping)
        ?? throw new InconsistentAnswerException(rpc.Name, $"it does not know block {number}, below its own head");

    [LoggerMessage(LogLevel.Information, "Network {Network}: scanned up to block {Block} of {Last}, {Rate:0} blocks/s, about {Left} left.")]
    private partial void LogBackfill(string network, long block, long last, double rate, TimeSpan left);

    [LoggerMessage(LogLevel.Warning, "Network {Network}: block {Block} was reorganised away; no fact was in it. Scanning again from block {Next}.")]
    private partial void LogRewound(string network, BlockRef block, long next);

    [LoggerMessage(
        LogLevel.Error,
        "Network {Network}: block {Block} was reorganised away, the chain has {Actual} there. {Count} facts from {First} to {Last} are retracted. Scanning again from block {Next}. "
        + "A stricter ChainWatcher:Finality keeps facts back until this cannot happen.")]
    private partial void LogRetracted(string network, BlockRef block, string actual, int count, long first, long last, long next);
}
