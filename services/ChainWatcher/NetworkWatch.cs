using Skale.ChainWatcher.Domain;
using Skale.Ethereum;
using Skale.EventStore;
using Skale.Hosting;

namespace Skale.ChainWatcher;

/// <summary>The watch of one network: connects, catches up, follows the head; starts over, elsewhere when possible, when an endpoint fails.</summary>
internal sealed partial class NetworkWatch(
    ChainWatcherOptions options, ContractSet contracts, WatchLog log, Endpoints endpoints, Func<Endpoint, IHeadSignal> headsOf, WatchStatus status, TimeProvider clock, ILogger logger)
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly FinalityPolicy policy = FinalityPolicy.TryParse(options.Finality)!;
    private readonly Progress progress = new(log, status, clock);
    private readonly Reconciler reconciler = new(options, contracts, log, status, clock, logger);
    private TimeSpan pause = ShortestPause;
    private bool connectedOnce;

    /// <exception cref="WrongChainException">No endpoint is on the right chain at the start.</exception>
    /// <exception cref="ImpossibleInputException">What an endpoint shows contradicts what is recorded.</exception>
    public async Task Run(CancellationToken stopping)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var asking = Task.CompletedTask;
        try
        {
            var opened = await log.Ask(w => w.Opened);
            endpoints.Expect(options.ChainId ?? contracts.ChainId ?? opened?.ChainId, opened?.GenesisHash);
            asking = endpoints.Run(stop.Token);
            while (true)
            {
                await WatchOnce(stopping);
            }
        }
        finally
        {
            stop.Cancel();
            await asking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Until the endpoint fails or another is better.</summary>
    private async Task WatchOnce(CancellationToken stopping)
    {
        EndpointUse? use = null;
        try
        {
            use = await endpoints.Take(stopping);
            using var here = CancellationTokenSource.CreateLinkedTokenSource(stopping, use.Left);
            await Watch(use, here.Token);
        }
        catch (OperationCanceledException) when (use?.Left.IsCancellationRequested is true && !stopping.IsCancellationRequested)
        {
            // Another endpoint is better.
        }
        catch (Exception e) when (MayPass(e))
        {
            if (use is not null)
            {
                endpoints.Failed(use, e);
            }

            await Pause(e, stopping);
        }
    }

    /// <summary>Once an endpoint was right, a wrong one is a fault that may pass.</summary>
    private bool MayPass(Exception e) => e is not (OperationCanceledException or ImpossibleInputException) && (connectedOnce || e is not WrongChainException);

    private async Task Pause(Exception e, CancellationToken stopping)
    {
        status.CountError();
        if (status.Trouble != e.Message)
        {
            LogTrouble(options.Network, e.Message, e is RpcTransportException or RpcException or NoEndpointException or WrongChainException or InconsistentAnswerException or NoStateException ? null : e);
        }

        status.SetTrouble(e.Message);
        await clock.Wait(pause, stopping);
        pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
    }

    private async Task Watch(EndpointUse use, CancellationToken stopping)
    {
        var now = clock.GetUtcNow();
        await log.Submit(new Input(
            new WatchOpened(options.Network, use.Chain.ChainId, use.Chain.GenesisHash, options.FromBlock, policy.Text, contracts.Addresses, now),
            EventId.Of($"{ChainWatcherSetup.Name}/{options.Network}/open/{now.UtcTicks}")));
        endpoints.Expect(use.Chain.ChainId, use.Chain.GenesisHash);
        connectedOnce = true;
        await progress.Load();
        LogWatching(options.Network, use.Endpoint.Name, use.Chain.ChainId, progress.Next, policy.Text);

        var rpc = use.Endpoint.Rpc;
        var scanner = new LogScanner(rpc, contracts, options.Network, clock);
        var backfill = new Backfill(scanner, options.WindowBlocks, options.RequestsInFlight);
        var follower = new ChainFollower(options.Network, rpc, scanner, backfill, policy, progress, status, clock, logger);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var comparing = reconciler.Run(rpc, ending.Token);
        try
        {
            await Follow(use, follower, comparing, stopping);
        }
        finally
        {
            ending.Cancel();
            await comparing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task Follow(EndpointUse use, ChainFollower follower, Task comparing, CancellationToken stopping)
    {
        await using var heads = headsOf(use.Endpoint);
        for (Block? announced = null; ; announced = await heads.Next(options.PollInterval, stopping))
        {
            await follower.Step(announced, stopping);
            endpoints.Succeeded(use);
            status.SetTrouble(null);
            pause = ShortestPause;
            await (comparing.IsFaulted ? comparing : Task.CompletedTask);
        }
    }

    [LoggerMessage(LogLevel.Information, "Watching network {Network} at {Endpoint}, chain id {ChainId}, from block {Block}, finality {Finality}.")]
    private partial void LogWatching(string network, string endpoint, long chainId, long block, string finality);

    [LoggerMessage(LogLevel.Warning, "Network {Network}: {Reason} It is tried again; facts are late, none is lost.")]
    private partial void LogTrouble(string network, string reason, Exception? exception);
}
