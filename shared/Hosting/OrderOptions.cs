using Skale.EventStore;

namespace Skale.Hosting;

/// <summary>Whether and with what this process signs orders to nodes (section <c>Orders</c>).</summary>
public sealed class OrderOptions
{
    /// <summary>File of the private key (<c>skale audit keygen</c>). One for each network: a signature does not name it. Unset: orders go out unsigned, and only agents that demand none follow them.</summary>
    public string? SigningKey { get; set; }

    /// <summary>How long a signed order may lie in a queue before agents refuse it. 1 minute to 30 days.</summary>
    public TimeSpan ValidFor { get; set; } = TimeSpan.FromDays(1);

    internal IEnumerable<string> Problems()
    {
        if (SealingKey.ProblemWith(SigningKey) is { } key)
        {
            yield return $"Orders:SigningKey: {key}";
        }

        if (ValidFor < TimeSpan.FromMinutes(1) || ValidFor > TimeSpan.FromDays(30))
        {
            yield return $"Orders:ValidFor is {ValidFor}; allowed are 1 minute to 30 days.";
        }
    }
}
