using System.Diagnostics.Metrics;

namespace Skale.Hosting;

/// <summary>The figures every log shows at <c>/metrics</c>.</summary>
internal static class LogMeter
{
    private static readonly Meter Meter = new("Skale.Hosting");

    public static void Watch(ILogHealth log)
    {
        var name = new KeyValuePair<string, object?>("log", log.Name);
        Meter.CreateObservableGauge("skale_log_position", () => new Measurement<long>(log.Position, name), description: "Position of the last committed event.");
        Meter.CreateObservableGauge("skale_relay_lag_events", () => new Measurement<long>(log.Unpublished, name), description: "Committed events not yet published.");
        Meter.CreateObservableGauge(
            "skale_relay_lag_seconds", () => new Measurement<double>(log.PublishLag.TotalSeconds, name), description: "Age of the oldest event not yet published.");
        Meter.CreateObservableGauge(
            "skale_seal_lag_events", () => log.Unsealed is { } unsealed ? [new Measurement<long>(unsealed, name)] : Array.Empty<Measurement<long>>(),
            description: "Committed events that no signed checkpoint covers yet.");
        Meter.CreateObservableGauge(
            "skale_log_active", () => new Measurement<int>(log.Active.IsCompletedSuccessfully ? 1 : 0, name), description: "1 in the process that writes the log, 0 in one that stands by.");
        Meter.CreateObservableGauge("skale_log_ok", () => new Measurement<int>(log.Trouble is null ? 1 : 0, name), description: "1 when the log is at work, 0 when something keeps it from it.");
    }
}
