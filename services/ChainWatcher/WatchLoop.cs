using Microsoft.Extensions.Options;
using Skale.ChainWatcher.Domain;
using Skale.Ethereum;
using Skale.EventStore;
using Skale.Hosting;

namespace Skale.ChainWatcher;

/// <summary>Watches the contracts for as long as the process runs: connects, catches up, follows the head; starts over when an endpoint fails.</summary>
public sealed partial class WatchLoop : BackgroundService
{
    private const long BlocksScannedByHash = 64;
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly LogService<Watch> log;
    private readonly WatchStatus status;
    private readonly TimeProvider clock;
    private readonly IHostApplicationLifetime lifetime;
    private readonly ILogger<WatchLoop> logger;
    private readonly ChainWatcherOptions options;
    private readonly FinalityPolicy policy;
    private readonly ContractSet contracts;
    private readonly Progress progress;
    private TimeSpan pause = ShortestPause;
    private bool connectedOnce;

    public WatchLoop(
        [FromKeyedServices(ChainWatcherSetup.Name)] LogService<Watch> log, IOptions<ChainWatcherOptions> options, WatchStatus status, TimeProvider clock,
        IHostApplicationLifetime lifetime, ILogger<WatchLoop> logger)
    {
        (this.log, this.status, this.clock, this.lifetime, this.logger, this.options) = (log, status, clock, lifetime, logger, options.Value);
        policy = FinalityPolicy.TryParse(this.options.Finality)!;
        contracts = ContractFiles.Load(this.options);
        progress = new Progress(this.options.Network, log, status, clock);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                try
                {
                    await Watch(stoppingToken);
                }
                catch (Exception e) when (MayPass(e))
                {
                    await Pause(e, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping, or the log was closed under us and says why itself.
        }
        catch (Exception e) when (e is WrongChainException or ImpossibleInputException or ReorganisedException)
        {
            status.SetTrouble(e.Message);
            LogRefused(options.Network, e.Message);
            Environment.ExitCode = ExitCodes.WrongChain;
            lifetime.StopApplication();
        }
    }

    /// <summary>Once an endpoint was right, a wrong one is a fault that may pass.</summary>
    private bool MayPass(Exception e) => e is not (OperationCanceledException or ImpossibleInputException or ReorganisedException) && (connectedOnce || e is not WrongChainException);

    private async Task Pause(Exception e, CancellationToken stopping)
    {
        status.CountError();
        if (status.Trouble != e.Message)
        {
            LogTrouble(options.Network, e.Message, e is RpcTransportException or RpcException or NoEndpointException or WrongChainException or InconsistentAnswerException or NoStateException ? null : e);
        }

        status.SetTrouble(e.Message);
        await Task.Delay(pause, clock, stopping);
        pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
    }

    private async Task Watch(CancellationToken stopping)
    {
        var expected = options.ChainId ?? contracts.ChainId ?? await log.Read(w => w.Opened?.ChainId);
        await using var endpoint = await Endpoint.Connect(options.Endpoints, expected, contracts, clock, logger, stopping);
        var now = clock.GetUtcNow();
        await log.Submit(new Input(
            new WatchOpened(options.Network, endpoint.ChainId, endpoint.GenesisHash, options.FromBlock, policy.Text, contracts.Addresses, now),
            EventId.Of($"{ChainWatcherSetup.Name}/{options.Network}/open/{now.UtcTicks}")));
        connectedOnce = true;
        await progress.Load();
        LogWatching(options.Network, endpoint.Rpc.Name, endpoint.ChainId, progress.Next, policy.Text);
        await Follow(endpoint, stopping);
    }

    private async Task Follow(Endpoint endpoint, CancellationToken stopping)
    {
        var scanner = new LogScanner(endpoint.Rpc, contracts, options.Network, clock);
        var backfill = new Backfill(scanner, options.WindowBlocks);
        for (Block? announced = null; ; announced = await endpoint.Heads.Next(options.PollInterval, stopping))
        {
            var target = policy.IsLatest && announced is not null ? announced : await policy.Target(endpoint.Rpc, stopping);
            try
            {
                if (target is not null)
                {
                    await ScanTo(target, scanner, backfill, stopping);
                }

                status.SetTrouble(null);
                pause = ShortestPause;
            }
            catch (ForkedException e)
            {
                await StepBack(e, scanner, stopping);
            }
        }
    }

    private async Task ScanTo(Block target, LogScanner scanner, Backfill backfill, CancellationToken stopping)
    {
        status.SetHead(target.Number);
        if (target.Number - progress.Next >= BlocksScannedByHash)
        {
            await foreach (var range in backfill.Scan(progress.Next, target.Number, stopping))
            {
                await progress.Add(range);
            }
        }
        else if (target.Number >= progress.Next)
        {
            var before = target.Number > progress.Next ? await scanner.Headers(progress.Next, target.Number - 1, stopping) : [];
            await progress.Add(await scanner.Blocks([.. before, target], stopping));
        }
        else if (progress.Tip is { } tip && tip.Number == target.Number && tip.Hash != target.Hash)
        {
            throw new ForkedException(target.Number + 1, target.Hash, tip);
        }
    }

    /// <summary>Gives up blocks that are not recorded; else makes sure that a recorded block is really gone and rewinds, which facts in it forbid.</summary>
    private async Task StepBack(ForkedException fork, LogScanner scanner, CancellationToken stopping)
    {
        if (!progress.Forget() && progress.Recorded is { } recorded)
        {
            var actual = await scanner.HashAt(recorded.Number, stopping);
            if (actual == recorded.Hash)
            {
                throw new InvalidOperationException(fork.Message, fork);
            }

            var stands = progress.LastFactBlock is not { } fact || await scanner.HashAt(fact.Number, stopping) == fact.Hash;
            if (await progress.Record(new ForkSeen(options.Network, recorded, actual, stands)) is { } end)
            {
                throw new ReorganisedException(end);
            }

            status.CountRewind();
            LogRewound(options.Network, recorded, progress.Next);
        }
    }

    [LoggerMessage(LogLevel.Information, "Watching network {Network} at {Endpoint}, chain id {ChainId}, from block {Block}, finality {Finality}.")]
    private partial void LogWatching(string network, string endpoint, long chainId, long block, string finality);

    [LoggerMessage(LogLevel.Warning, "Network {Network}: {Reason} It is tried again; facts are late, none is lost.")]
    private partial void LogTrouble(string network, string reason, Exception? exception);

    [LoggerMessage(LogLevel.Warning, "Network {Network}: block {Block} was reorganised away; no fact was in it. Scanning again from block {Next}.")]
    private partial void LogRewound(string network, BlockRef block, long next);

    [LoggerMessage(LogLevel.Critical, "Network {Network} cannot be watched; the process stops. {Reason}")]
    private partial void LogRefused(string network, string reason);
}

/// <summary>Published facts are not in the chain any more.</summary>
internal sealed class ReorganisedException(ChainReorganised e)
    : Exception($"Block {e.Replaced} was reorganised away (the chain has {e.ActualHash ?? "no block"} there) after facts up to {e.LastFact} were published. "
        + "Watching stops rather than go on as if they held; begin a new log, and choose a stricter ChainWatcher:Finality.");
