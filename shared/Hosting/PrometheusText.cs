using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Skale.Hosting;

/// <summary>
/// Shows this process's instruments whose names start with <c>skale_</c> in the Prometheus text format 0.0.4. Stands in for the OpenTelemetry
/// Prometheus exporter, which does not restore; the instruments are standard, so that exporter can take over.
/// </summary>
public sealed class PrometheusText : IDisposable
{
    private readonly MeterListener listener = new();
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, Family> families = new(StringComparer.Ordinal);

    /// <param name="meters">Those of this host: a meter made by another host of the same process is not shown; one that no host made is.</param>
    public PrometheusText(IMeterFactory meters)
    {
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name.StartsWith("skale_", StringComparison.Ordinal) && (instrument.Meter.Scope is null || instrument.Meter.Scope == meters))
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<int>((i, v, tags, _) => Keep(i, v, tags));
        listener.SetMeasurementEventCallback<long>((i, v, tags, _) => Keep(i, v, tags));
        listener.SetMeasurementEventCallback<double>((i, v, tags, _) => Keep(i, v, tags));
        listener.Start();
    }

    public string Render()
    {
        lock (gate)
        {
            foreach (var family in families.Values.Where(f => f.IsObserved))
            {
                family.Series.Clear();
            }
        }

        listener.RecordObservableInstruments();
        var text = new StringBuilder();
        lock (gate)
        {
            foreach (var (name, family) in families)
            {
                text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {family.Help}\n# TYPE {name} {(family.IsCounter ? "counter" : "gauge")}\n");
                foreach (var (labels, value) in family.Series)
                {
                    text.Append(CultureInfo.InvariantCulture, $"{name}{labels} {value}\n");
                }
            }
        }

        return text.ToString();
    }

    public void Dispose() => listener.Dispose();

    private void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = Labels(tags);
        lock (gate)
        {
            if (!families.TryGetValue(instrument.Name, out var family))
            {
                families[instrument.Name] = family = new Family(instrument);
            }

            family.Series[labels] = family.IsCounter && !family.IsObserved ? family.Series.GetValueOrDefault(labels) + value : value;
        }
    }

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.Length == 0)
        {
            return "";
        }

        var text = new StringBuilder("{");
        foreach (var (name, value) in tags)
        {
            var escaped = $"{value}".Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
            text.Append(text.Length > 1 ? "," : "").Append(name).Append("=\"").Append(escaped).Append('"');
        }

        return text.Append('}').ToString();
    }

    private sealed class Family(Instrument instrument)
    {
        public string Help { get; } = instrument.Description ?? instrument.Name;

        public bool IsObserved { get; } = instrument.IsObservable;

        public bool IsCounter { get; } = instrument.Name.EndsWith("_total", StringComparison.Ordinal);

        public SortedDictionary<string, double> Series { get; } = new(StringComparer.Ordinal);
    }
}
