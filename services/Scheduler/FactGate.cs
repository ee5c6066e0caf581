using System.Diagnostics.Metrics;
using MassTransit;
using Microsoft.Extensions.Options;
using Skale.Contracts;
using Skale.Hosting;
using Skale.Scheduler.Domain;

namespace Skale.Scheduler;

/// <summary>
/// Where what the contract said comes in: what ChainWatcher has signed goes on, facts in the order of their numbers, and the rest to the error queue. Without a key of it everything is believed, and that
/// is said.
/// </summary>
internal sealed partial class FactGate
{
    private readonly FactOrder order;
    private readonly LogService<Network> log;
    private readonly FactVerifier? verifier;
    private readonly ILogger<FactGate> logger;
    private readonly Counter<long> refused;
    private readonly Counter<long> believed;

    public FactGate(
        FactOrder order, [FromKeyedServices(SchedulerSetup.Name)] LogService<Network> log, IOptions<SchedulerOptions> options, IOptions<BusOptions> bus, IMeterFactory meters, ILogger<FactGate> logger)
    {
        (this.order, this.log, this.logger) = (order, log, logger);
        var meter = meters.Create("Skale.Scheduler");
        refused = meter.CreateCounter<long>("skale_scheduler_facts_refused_total", description: "Facts and differences that were not signed as they must be, by what is wrong with them.");
        believed = meter.CreateCounter<long>("skale_scheduler_facts_unchecked_total", description: "Facts and differences that were believed without a key to check them with: whoever can publish on the bus can make them up.");
        if (options.Value.Watchers is { Count: > 0 } keys)
        {
            verifier = new FactVerifier(keys);
        }
        else if (!bus.Value.InMemory)
        {
            LogUnchecked();
        }
    }

    public async Task Take<T>(ConsumeContext<T> context)
        where T : class, IFact
    {
        Require(context);
        await order.Take(context);
    }

    /// <summary>A difference between the facts and the contract: it has no place in their order.</summary>
    public async Task TakeDifference<T>(ConsumeContext<T> context)
        where T : class
    {
        Require(context);
        await log.Submit(BusEndpoint.InputOf(context));
    }

    private void Require<T>(ConsumeContext<T> context)
        where T : class
    {
        if (verifier is null)
        {
            believed.Add(1);
            return;
        }

        try
        {
            verifier.Require(context);
        }
        catch (SignatureRefusedException e)
        {
            refused.Add(1, new KeyValuePair<string, object?>("fault", e.Kind));
            LogRefused(e.Message);
            throw;
        }
    }

    [LoggerMessage(LogLevel.Warning, "Not believed, in the name of ChainWatcher: {Reason}")]
    private partial void LogRefused(string reason);

    [LoggerMessage(LogLevel.Warning, "Facts are not checked, since Scheduler:WatcherKeys is not set; whoever can publish on the bus can speak for the contract.")]
    private partial void LogUnchecked();
}
