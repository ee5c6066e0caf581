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
    private long head;
    private long scanned;

    public WatchStatus(IOptions<ChainWatcherOptions> options)
    {
        network = new("network", options.Value.Network);
        facts = meter.CreateCounter<long>("skale_watcher_facts_total", description: "Facts recorded by this process, by kind.");
        unmapped = meter.CreateCounter<long>("skale_watcher_unmapped_total", description: "Logs kept raw because no fact is made of them, by event; 'unknown' when the ABI does not know it.");
        errors = meter.CreateCounter<long>("skale_watcher_rpc_errors_total", description: "Times an Ethereum endpoint failed so that the watcher had to start over.");
        rewinds = meter.CreateCounter<long>("skale_watcher_rewinds_total", description: "Times recorded blocks without facts were reorganised away.");
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
        Task.FromResult(Trouble is { } trouble ? HealthCheckResult.Unhealthy(trouble) : HealthCheckResult.Healthy());

    public void Dispose() => meter.Dispose();

    internal void SetHead(long block) => Volatile.Write(ref head, block);

    internal void SetScanned(long block) => Volatile.Write(ref scanned, block);

    internal void SetTrouble(string? trouble) => Trouble = trouble;

    internal void CountError() => errors.Add(1, network);

    internal void CountRewind() => rewinds.Add(1, network);

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
}
