using Skale.Contracts;

namespace Skale.ChainWatcher.Domain;

/// <summary>
/// Makes facts of what one transaction emitted. Logs are not mapped one by one: a purchase shows as SchainNodes (when the contract chose the group)
/// before SchainCreated in the same transaction (skale-facts 1.3, trap 2). Events are known by name and fields; which topics they have is the ABI file's matter.
/// </summary>
public static class FactMapper
{
    /// <summary>The events whose fields are read here.</summary>
    public static IReadOnlySet<string> Events { get; } = new HashSet<string>
    {
        "NodeCreated", "ExitInitialized", "ExitCompleted", "MaintenanceNode", "IncompliantNode", "IPChanged",
        "SchainTypeAdded", "SchainTypeRemoved", "SchainCreated", "SchainNodes", "SchainDeleted",
    };

    /// <summary>The facts of one transaction, numbered from <paramref name="lastNumber"/> + 1 by rising log index. A log that gives no fact of its own kind is kept raw.</summary>
    public static IEnumerable<IFact> Map(string network, long lastNumber, BlockHeader block, IReadOnlyList<ChainLog> transaction)
    {
        var groups = Groups(network, block, transaction);
        foreach (var log in transaction)
        {
            if (groups.Values.Any(group => group.LogIndex == log.LogIndex))
            {
                continue;
            }

            var origin = OriginOf(network, ++lastNumber, block, log);
            yield return (log.Event == "SchainCreated" ? Purchase(origin, log, groups) : Single(origin, log))
                ?? new UnmappedLogSeen(origin, log.Address, log.Topics, log.Data, log.Event);
        }
    }

    /// <summary>The SchainNodes of each purchase in the transaction, by chain hash: these logs are told by the purchase's fact.</summary>
    private static Dictionary<string, ChainLog> Groups(string network, BlockHeader block, IReadOnlyList<ChainLog> transaction)
    {
        var groups = new Dictionary<string, ChainLog>();
        foreach (var created in transaction.Where(l => l.Event == "SchainCreated"))
        {
            if (Purchase(OriginOf(network, 0, block, created), created, groups) is { ChainHash: var hash }
                && transaction.FirstOrDefault(l => l.Event == "SchainNodes" && Read(l, f => f.Text("schainHash")) == hash && Group(l) is not null) is { } nodes)
            {
                groups.TryAdd(hash, nodes);
            }
        }

        return groups;
    }

    private static IFact? Single(FactOrigin at, ChainLog log) => Read(log, f => log.Event switch
    {
        "NodeCreated" => new NodeRegistered(
            at, Node(f), f.Text("name"), f.Text("owner"), f.Ip("ip"), f.Ip("publicIP"), f.Int("port"), f.Int("nonce"), f.Text("domainName")),
        "ExitInitialized" => new NodeExitStarted(at, Node(f)),
        "ExitCompleted" => new NodeExitCompleted(at, Node(f)),
        "MaintenanceNode" => new NodeMaintenanceChanged(at, Node(f), f.Flag("status")),
        "IncompliantNode" => new NodeComplianceChanged(at, Node(f), !f.Flag("status")),
        "IPChanged" => new NodeAddressChanged(at, Node(f), f.Ip("previousIP"), f.Ip("newIP")),
        "SchainTypeAdded" => new ChainTypeAdded(at, f.Long("schainType"), f.Int("partOfNode"), f.Int("numberOfNodes")),
        "SchainTypeRemoved" => new ChainTypeRemoved(at, f.Long("schainType")),
        "SchainDeleted" => new ChainDeleted(at, new ChainName(f.Text("name")), f.Text("schainHash"), f.Text("owner")),
        _ => (IFact?)null,
    });

    private static ChainBought? Purchase(FactOrigin at, ChainLog log, Dictionary<string, ChainLog> groups) => Read(log, f => new ChainBought(
        at, new ChainName(f.Text("name")), f.Text("schainHash"), f.Text("owner"), f.Int("partOfNode"), f.Int("numberOfNodes"), f.Seconds("lifetime"),
        groups.TryGetValue(f.Text("schainHash"), out var nodes) ? Group(nodes) : null));

    private static NodeId Node(EventFields fields) => new(fields.Long("nodeIndex"));

    private static NodeId[]? Group(ChainLog log) => Read(log, f => f.Longs("nodesInGroup").Select(n => new NodeId(n)).ToArray());

    private static T? Read<T>(ChainLog log, Func<EventFields, T?> read)
        where T : class
    {
        try
        {
            return log.Fields is null ? null : read(log.Fields);
        }
        catch (UnfitFieldException)
        {
            // Not lost: the caller keeps the log raw, under the event's name.
            return null;
        }
    }

    private static FactOrigin OriginOf(string network, long number, BlockHeader block, ChainLog log) =>
        new(network, number, block.Number, block.Hash, block.ParentHash, block.Time, log.TransactionHash, log.LogIndex, block.Sighting);
}
