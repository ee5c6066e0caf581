namespace Skale.Metrics;

/// <summary>Section <c>Metrics</c>.</summary>
public sealed class MetricsOptions
{
    /// <summary>Name of the network shown; empty takes what the scheduler's log says.</summary>
    public string Network { get; set; } = "";

    /// <summary>How many of the latest events the page shows: 1 to 1,000.</summary>
    public int FeedLength { get; set; } = 60;

    /// <summary>Says on every screen that no containers are run, even before a simulated agent has enrolled.</summary>
    public bool Simulated { get; set; }

    /// <summary>The least time between two updates of an open page: 50 ms to 10 s.</summary>
    public TimeSpan PageRefresh { get; set; } = TimeSpan.FromMilliseconds(200);

    internal IEnumerable<string> Problems()
    {
        if (FeedLength is < 1 or > 1000)
        {
            yield return $"Metrics:FeedLength is {FeedLength}; allowed are 1 to 1,000.";
        }

        if (PageRefresh < TimeSpan.FromMilliseconds(50) || PageRefresh > TimeSpan.FromSeconds(10))
        {
            yield return $"Metrics:PageRefresh is {PageRefresh}; allowed are 00:00:00.050 to 00:00:10.";
        }
    }
}
