using System.Globalization;

namespace Skale.ChainWatcher;

/// <summary>Section <c>ChainWatcher</c>.</summary>
public sealed class ChainWatcherOptions
{
    /// <summary>The name of the network in facts: one SKALE Manager, one watcher, one log.</summary>
    public string Network { get; set; } = "";

    /// <summary>Addresses of Ethereum endpoints (http or https), separated by commas, best first.</summary>
    public string Rpc { get; set; } = "";

    /// <summary>The chain id the endpoints must have. When not set: that of the contracts file, else the one recorded at the first start.</summary>
    public long? ChainId { get; set; }

    /// <summary>
    /// File with the addresses of the contracts, <c>{"contracts":{"Nodes":"0x...",...}}</c>, or one that SKALE publishes (<c>nodes_address</c>, or <c>nodes</c>);
    /// everything they emit is recorded.
    /// </summary>
    public string? Contracts { get; set; }

    /// <summary>Instead of <see cref="Contracts"/>: the address of the one development manager contract.</summary>
    public string? ContractAddress { get; set; }

    /// <summary>File with the contracts' ABI; SKALE Manager's since 1.9.0 when not set. The events of older releases are known besides: a log's topic decides.</summary>
    public string? Abi { get; set; }

    /// <summary>The first block to scan: at or before the deployment. Fixed with the first start.</summary>
    public long FromBlock { get; set; }

    /// <summary>How deep a block must be to be believed: <c>finalized</c>, <c>safe</c>, <c>depth:N</c>, or <c>latest</c> for development.</summary>
    public string Finality { get; set; } = "finalized";

    /// <summary>How often new blocks are asked for; those announced over WebSocket come at once.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Most blocks in one <c>eth_getLogs</c>; smaller ones are found by themselves.</summary>
    public long WindowBlocks { get; set; } = 5000;

    /// <summary>Requests for windows of past blocks that are under way at once.</summary>
    public int RequestsInFlight { get; set; } = Backfill.DefaultInFlight;

    /// <summary>Blocks an endpoint may be behind the highest one before it is left for another.</summary>
    public long EndpointBlocksBehind { get; set; } = 5;

    /// <summary>Age that the newest block of an endpoint may have, while another has a younger one, before it is left for that.</summary>
    public TimeSpan EndpointBlockAge { get; set; } = TimeSpan.FromMinutes(3);

    /// <summary>How often the contracts are asked whether they agree with the facts; 0 for never.</summary>
    public TimeSpan ReconcileEvery { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>The longest wait when an endpoint wants fewer requests, whatever it asks for.</summary>
    public TimeSpan LongestRateLimitWait { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>The endpoints in order of preference.</summary>
    internal IReadOnlyList<Uri> Endpoints => [.. Rpc.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(url => new Uri(url))];

    internal IEnumerable<string> Problems()
    {
        if (string.IsNullOrWhiteSpace(Network))
        {
            yield return "ChainWatcher:Network is missing: a name for the network, the same as Scheduler:Network.";
        }

        var urls = Rpc.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (urls.Length == 0)
        {
            yield return "ChainWatcher:Rpc is missing: the address of an Ethereum endpoint, such as http://127.0.0.1:8545; several are separated by commas.";
        }

        for (var at = 0; at < urls.Length; at++)
        {
            if (!(Uri.TryCreate(urls[at], UriKind.Absolute, out var url) && url.Scheme is "http" or "https"))
            {
                // Not repeated in the message: it may hold an access key.
                yield return $"ChainWatcher:Rpc: address {at + 1} of {urls.Length} is not an http or https URL.";
            }
        }

        if (ChainId is <= 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"ChainWatcher:ChainId is {ChainId}; chain ids are above 0.");
        }

        if (FinalityPolicy.TryParse(Finality) is null)
        {
            yield return $"ChainWatcher:Finality is '{Finality}'; there are: finalized, safe, latest, depth:N with N from 1 to 100,000.";
        }

        if (FromBlock < 0)
        {
            yield return $"ChainWatcher:FromBlock is {FromBlock}; blocks count from 0.";
        }

        if (PollInterval < TimeSpan.FromMilliseconds(10) || PollInterval > TimeSpan.FromHours(1))
        {
            yield return $"ChainWatcher:PollInterval is {PollInterval}; allowed are 10 ms to 1 h.";
        }

        if (RequestsInFlight is < 1 or > 64)
        {
            yield return $"ChainWatcher:RequestsInFlight is {RequestsInFlight}; allowed are 1 to 64.";
        }

        if (EndpointBlocksBehind is < 1 or > 100_000)
        {
            yield return $"ChainWatcher:EndpointBlocksBehind is {EndpointBlocksBehind}; allowed are 1 to 100,000.";
        }

        if (EndpointBlockAge < TimeSpan.FromSeconds(1))
        {
            yield return $"ChainWatcher:EndpointBlockAge is {EndpointBlockAge}; it must be at least a second.";
        }

        if (ReconcileEvery != TimeSpan.Zero && (ReconcileEvery < TimeSpan.FromMilliseconds(100) || ReconcileEvery > TimeSpan.FromDays(7)))
        {
            yield return $"ChainWatcher:ReconcileEvery is {ReconcileEvery}; allowed are 100 ms to 7 days, and 0 for never.";
        }

        if (LongestRateLimitWait < TimeSpan.Zero || LongestRateLimitWait > TimeSpan.FromHours(1))
        {
            yield return $"ChainWatcher:LongestRateLimitWait is {LongestRateLimitWait}; allowed are 0 to 1 h.";
        }

        if (WindowBlocks is < 1 or > 1_000_000)
        {
            yield return $"ChainWatcher:WindowBlocks is {WindowBlocks}; allowed are 1 to 1,000,000.";
        }

        if (string.IsNullOrWhiteSpace(Contracts) == string.IsNullOrWhiteSpace(ContractAddress))
        {
            yield return "ChainWatcher: set exactly one of ChainWatcher:Contracts (a file of addresses) and ChainWatcher:ContractAddress (one development contract).";
        }
        else if (ContractFiles.ProblemWith(this) is { } problem)
        {
            yield return problem;
        }
    }
}
