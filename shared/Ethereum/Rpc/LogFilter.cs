namespace Skale.Ethereum;

/// <summary>Which logs to ask for: of a range of blocks, or of exactly one block by its hash.</summary>
public sealed record LogFilter
{
    private readonly Dictionary<string, object> query;

    private LogFilter(Dictionary<string, object> query, IReadOnlyCollection<string> addresses, IReadOnlyCollection<string>? topics)
    {
        this.query = query;
        if (addresses.Count > 0)
        {
            query["address"] = addresses;
        }

        if (topics is { Count: > 0 })
        {
            query["topics"] = new[] { topics };
        }
    }

    internal IReadOnlyDictionary<string, object> Query => query;

    /// <param name="from">First block, included.</param>
    /// <param name="to">Last block, included.</param>
    /// <param name="addresses">Contracts; empty means all.</param>
    /// <param name="topics">First topics, any of them; null or empty means all.</param>
    public static LogFilter Blocks(long from, long to, IReadOnlyCollection<string> addresses, IReadOnlyCollection<string>? topics = null) =>
        new(new() { ["fromBlock"] = Hex.Quantity(from), ["toBlock"] = Hex.Quantity(to) }, addresses, topics);

    /// <summary>Logs of one block; the node answers with an error when it does not know the hash, so a reorganisation is noticed.</summary>
    public static LogFilter Block(string hash, IReadOnlyCollection<string> addresses, IReadOnlyCollection<string>? topics = null) =>
        new(new() { ["blockHash"] = hash }, addresses, topics);
}
