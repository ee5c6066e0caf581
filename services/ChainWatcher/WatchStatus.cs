using System.Diagnostics.Metrics;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Skale.Contracts;

namespace Skale.ChainWatcher;

/// <summary>How the watcher fares: its figures at <c>/metrics</c> and its line at <c>/health/ready</c>.</summary>
public sealed class WatchStatus : IHealthCheck, IDisposable
{
    private readonly Meter meter = new("Skale.ChainWatcher");
    private readonly KeyValuePair<string, object?> network;
    private readonly Counter<long> facts;
    private readonly Counter<long> unmapped;
    private readonly Counter<long> errors;
    private readonly Counter<long> rewinds;
    private readonly Counter<long> retractions;
    private readonly Counter<long> endpointErrors;
    private readonly Counter<long> differences;
    private IReadOnlyList<EndpointFigures> endpoints = [];
    private long head;
    private long scanned;
    private long standing;

    public WatchStatus(IOptions<ChainWatcherOptions> options)
    {
        network = new("network", options.Value.Network);
        facts = meter.CreateCounter<long>("skale_watcher_facts_total", description: "Facts recorded by this process, by kind.");
        unmapped = meter.CreateCounter<long>("skale_watcher_unmapped_total", description: "Logs kept raw because no fact is made of them, by event; 'unknown' when the ABI does not know it.");
        errors = meter.CreateCounter<long>("skale_watcher_rpc_errors_total", description: "Times an Ethereum endpoint failed so that the watcher had to start over.");
        rewinds = meter.CreateCounter<long>("skale_watcher_rewinds_total", description: "Times recorded blocks without facts were reorganised away.");
        retractions = meter.CreateCounter<long>("skale_watcher_retractions_total", description: "Times facts were retracted because their blocks were reorganised away.");
        endpointErrors = meter.CreateCounter<long>("skale_watcher_endpoint_errors_total", description: "Questions that an Ethereum endpoint did not answer as it should.");
        differences = meter.CreateCounter<long>("skale_watcher_differences_total", description: "Differences found between the facts and what the contracts answer; silent ones change without a log.");
        meter.CreateObservableGauge("skale_watcher_differences", () => new Measurement<long>(Volatile.Read(ref standing), network), description: "Differences between the facts and the contracts that stand.");
        Gauge("skale_watcher_endpoint_height", e => e.Health.Last?.Height, "The newest block of an Ethereum endpoint; absent while it does not answer.");
        Gauge("skale_watcher_endpoint_healthy", e => e.Health.Fault is null ? 1 : 0, "1 when an Ethereum endpoint answers, is on the right chain and does not lag.");
        Gauge("skale_watcher_endpoint_in_use", e => e.InUse ? 1 : 0, "1 for the Ethereum endpoint that facts are read from.");
        meter.CreateObservableGauge("skale_watcher_head_block", () => new Measurement<long>(Head, network), description: "The last block that the finality policy believes.");
        meter.CreateObservableGauge("skale_watcher_scanned_block", () => new Measurement<long>(Scanned, network), description: "The last scanned block.");
        meter.CreateObservableGauge("skale_watcher_ok", () => new Measurement<int>(Trouble is null ? 1 : 0, network), description: "1 when the watcher is at work, 0 when something keeps it from it.");
    }

    /// <summary>What keeps the watcher from its work right now; null when nothing does.</summary>
    public string? Trouble { get; private set; } = "no Ethereum endpoint was asked yet";

    /// <summary>The last block that the finality policy believes.</summary>
    public long Head => Volatile.Read(ref head);

    /// <summary>The last scanned block; what it said is recorded.</summary>
    public long Scanned => Volatile.Read(ref scanned);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Trouble is { } trouble ? HealthCheckResult.Unhealthy(trouble) : HealthCheckResult.Healthy(EndpointText()));

    public void Dispose() => meter.Dispose();

    internal void SetHead(long block) => Volatile.Write(ref head, block);

    internal void SetScanned(long block) => Volatile.Write(ref scanned, block);

    internal void SetTrouble(string? trouble) => Trouble = trouble;

    internal void CountError() => errors.Add(1, network);

    internal void CountRewind() => rewinds.Add(1, network);

    internal void CountRetraction() => retractions.Add(1, network);

    internal void CountEndpointError(string endpoint) => endpointErrors.Add(1, network, new("endpoint", endpoint));

    internal void SetDifferences(int all) => Volatile.Write(ref standing, all);

    internal void CountDifferences(IEnumerable<ManagerDiffers> found)
    {
        foreach (var difference in found)
        {
            differences.Add(1, network, new("silent", difference.Silent ? "true" : "false"));
        }
    }

    internal void SetEndpoints(IReadOnlyList<EndpointFigures> all) => Volatile.Write(ref endpoints, all);

    internal void Count(IEnumerable<object> recorded)
    {
        foreach (var fact in recorded.OfType<IFact>())
        {
            facts.Add(1, network, new("kind", fact.GetType().Name));
            if (fact is UnmappedLogSeen raw)
            {
                unmapped.Add(1, network, new("event", raw.EventName ?? "unknown"));
            }
        }
    }
    private string? EndpointText()
    {
        var all = Volatile.Read(ref endpoints);
        return all.Count < 2 ? null : string.Join("; ", all.Select(e => $"{e.Name}{(e.InUse ? " (in use)" : "")}: {e.Health.Fault ?? "well"}"));
    }

    private void Gauge(string name, Func<EndpointFigures, long?> value, string description) => meter.CreateObservableGauge(
        name,
        () => Volatile.Read(ref endpoints).Where(e => value(e) is not null).Select(e => new Measurement<long>(value(e)!.Value, network, new("endpoint", e.Name))),
        description: description);
}

/// <summary>What is shown of an endpoint.</summary>
internal sealed record EndpointFigures(string Name, Domain.EndpointHealth Health, bool InUse);
