using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using Skale.ChainWatcher.Domain;
using Skale.Contracts;
using Skale.Ethereum;
using Skale.EventStore;
using Skale.Hosting;

namespace Skale.ChainWatcher;

/// <summary>Watches the contracts for as long as the process runs, and ends the process when that cannot be right.</summary>
public sealed partial class WatchLoop(
    [FromKeyedServices(ChainWatcherSetup.Name)] LogService<Watch> service, IOptions<ChainWatcherOptions> options, WatchStatus status, TimeProvider clock,
    IHostApplicationLifetime lifetime, ILogger<WatchLoop> logger) : BackgroundService
{
    private const int RateLimitAttempts = 6;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var settings = options.Value;
        var contracts = ContractFiles.Load(settings);
        using var endpoints = new Endpoints(
            NewEndpoints(settings, contracts), new EndpointLimits(settings.EndpointBlocksBehind, settings.EndpointBlockAge), settings.PollInterval, status, clock, logger);
        var log = new WatchLog(settings.Network, service.Submit, service.Read, cancellation => Facts(settings.Network, cancellation));
        var watch = new NetworkWatch(settings, contracts, log, endpoints, e => new HeadSignal(e.Address, clock, logger), status, clock, logger);
        try
        {
            await watch.Run(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // Stopping, or the log was closed under us and says why itself.
        }
        catch (Exception e) when (e is WrongChainException or ImpossibleInputException)
        {
            status.SetTrouble(e.Message);
            LogRefused(settings.Network, e.Message);
            Environment.ExitCode = ExitCodes.WrongChain;
            lifetime.StopApplication();
        }
    }

    private async IAsyncEnumerable<IFact> Facts(string network, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var events = await service.Log;
        await foreach (var stored in events.ReadStream(StoredEvents.Facts(network), 0, cancellation))
        {
            yield return (IFact)StoredEvents.Types.Deserialize(stored);
        }
    }

    private Endpoint[] NewEndpoints(ChainWatcherOptions settings, ContractSet contracts)
    {
        var patience = new RateLimitPatience(RateLimitAttempts, settings.LongestRateLimitWait);
        return [.. settings.Endpoints.Zip(
            EndpointNames.Of(settings.Endpoints), (address, name) => new Endpoint(name, address, new JsonRpcClient(address, patience: patience, clock: clock), contracts))];
    }

    [LoggerMessage(LogLevel.Critical, "Network {Network} cannot be watched; the process stops. {Reason}")]
    private partial void LogRefused(string network, string reason);
}
