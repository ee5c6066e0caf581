using System.Text.Json;
using Skale.Metrics.Api;

namespace Skale.Bench;

/// <summary>The scheduler's events as they happen, from the Metrics service's stream: waiting for one costs the system no polling.</summary>
internal sealed class News : IAsyncDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly HttpClient http;
    private readonly StreamReader lines;

    private News(HttpClient http, StreamReader lines) => (this.http, this.lines) = (http, lines);

    public static async Task<News> Open(Uri metrics)
    {
        var http = new HttpClient();
        return new News(http, new StreamReader(await http.GetStreamAsync(new Uri(metrics, "/api/events/stream"))));
    }

    /// <summary>All events of a chain up to and with the first of a type.</summary>
    /// <exception cref="TimeoutException">It has not come within 90 s.</exception>
    public async Task<IReadOnlyList<EventAnswer>> Until(string type, string chain)
    {
        using var limit = new CancellationTokenSource(Patience);
        var events = new List<EventAnswer>();
        try
        {
            while (await lines.ReadLineAsync(limit.Token) is { } line)
            {
                const string Data = "data: ";
                if (line.StartsWith(Data, StringComparison.Ordinal) && JsonSerializer.Deserialize<EventAnswer>(line[Data.Length..], Json) is { } e && e.Stream == $"chain-{chain}")
                {
                    events.Add(e);
                    if (e.Type == type)
                    {
                        return events;
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{type} of chain {chain} has not come within {Patience.TotalSeconds:0} s; before it: {string.Join(", ", events.Select(e => e.Type))}.");
        }

        throw new InvalidOperationException($"The stream of events ended before {type} of chain {chain}.");
    }

    public ValueTask DisposeAsync()
    {
        lines.Dispose();
        http.Dispose();
        return ValueTask.CompletedTask;
    }
}
