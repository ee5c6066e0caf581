using System.Collections.Immutable;
using System.Diagnostics.Metrics;

namespace Skale.NodeAgent;

/// <summary>The figures of one agent's chains at <c>/metrics</c>: read from the kernel when somebody asks, and else never.</summary>
internal sealed class ChainMeter(ReconcileLoop loop, IContainerHost host, TimeProvider clock) : IHostedService, IDisposable
{
    /// <summary>All instruments of one scrape show the same reading.</summary>
    private static readonly TimeSpan ReadingServes = TimeSpan.FromSeconds(1);

    private readonly Meter meter = new("Skale.NodeAgent");
    private readonly Lock gate = new();
    private ImmutableDictionary<Counted, ChainUsage> reading = ImmutableDictionary<Counted, ChainUsage>.Empty;
    private ImmutableDictionary<Counted, ChainUsage> before = ImmutableDictionary<Counted, ChainUsage>.Empty;
    private DateTimeOffset readAt;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        Show("skale_chain_cpu_seconds_total", "Processor time of the container: of the chain's main one where no sidecar is named.", u => u.CpuSeconds);
        Show("skale_chain_throttled_seconds_total", "Time the chain's processes had to wait for their slice of the processor.", u => u.ThrottledSeconds);
        Show("skale_chain_memory_bytes", "Memory in use, files in memory included.", u => u.MemoryBytes);
        Show("skale_chain_read_bytes_total", "Read from disks.", u => u.ReadBytes);
        Show("skale_chain_written_bytes_total", "Written to disks.", u => u.WrittenBytes);
        Show("skale_chain_disk_used_bytes", "Used of the chain's data volume, where that has a size.", u => u.DiskBytes);
        Show("skale_chain_network_in_bytes_total", "Bytes towards the chain.", u => u.NetworkInBytes);
        Show("skale_chain_network_out_bytes_total", "Bytes from the chain.", u => u.NetworkOutBytes);
        Show("skale_chain_block_height", "Newest block, as the chain last answered.", u => u.BlockHeight);
        meter.CreateObservableGauge(
            "skale_chain_throttled_share", () => Read().Select(u => Measured(u.Key, ShareOf(u.Key, u.Value))),
            description: "Part of the scheduling periods since the last reading in which the chain had to wait for its slice, 0 to 1: high and lasting is a chain that wants more than it has.");
        meter.CreateObservableCounter(
            "skale_chain_restarts_total", () => loop.Restarts.Select(r => Measured(new(r.Key, null), r.Value)), description: "How often this agent has started a container of the chain again.");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => meter.Dispose();

    private void Show(string name, string description, Func<ChainUsage, double?> value) =>
        meter.CreateObservableGauge(name, () => Read().Where(u => value(u.Value) is not null).Select(u => Measured(u.Key, value(u.Value)!.Value)), description: description);

    private Measurement<double> Measured(Counted container, double value) => container.Sidecar is null
        ? new(value, new("node", $"{loop.Node}"), new("chain", $"{container.Chain}"))
        : new(value, new("node", $"{loop.Node}"), new("chain", $"{container.Chain}"), new("sidecar", container.Sidecar));

    private double ShareOf(Counted container, ChainUsage now)
    {
        var then = before.GetValueOrDefault(container);
        var isSame = then is not null && then.Periods <= now.Periods && then.ThrottledPeriods <= now.ThrottledPeriods;
        var periods = now.Periods - (isSame ? then!.Periods : 0);
        return periods == 0 ? 0 : (double)(now.ThrottledPeriods - (isSame ? then!.ThrottledPeriods : 0)) / periods;
    }

    private ImmutableDictionary<Counted, ChainUsage> Read()
    {
        lock (gate)
        {
            var now = clock.GetUtcNow();
            if (now - readAt >= ReadingServes || now < readAt)
            {
                (before, reading, readAt) = (reading, host.Usage(), now);
            }

            return reading;
        }
    }
}
