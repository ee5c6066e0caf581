using Skale.Contracts;

namespace Skale.ChainWatcher.Domain;

/// <summary>
/// Makes facts of what a block emitted, transaction by transaction. Logs are not mapped one by one: a purchase shows as SchainNodes (when the contract chose the
/// group) before SchainCreated in the same transaction (skale-facts 1.3, trap 2), and key ceremonies as <see cref="CeremonyLogs"/> says. Events are known by name
/// and fields; which topics they have is the ABI file's matter.
/// </summary>
public static class FactMapper
{
    /// <summary>The events whose fields are read here.</summary>
    public static IReadOnlySet<string> Events { get; } = new HashSet<string>
    {
        "NodeCreated", "ExitInited", "ExitInitialized", "ExitCompleted", "MaintenanceNode", "IncompliantNode", "IPChanged",
        "SchainTypeAdded", "SchainTypeRemoved", "SchainCreated", "SchainNodes", "SchainDeleted", "NodeAdded", "RotationDelaySkipped",
        "ChannelOpened", "BroadcastAndKeyShare", "AllDataReceived", "SuccessfulDKG", "FailedDKG", "BadGuy", "NewGuy", "ComplaintSent", "ComplaintError",
        "ConstantUpdated", "IPRangeAdded", "IPRangeRemoved", "ContractUpgraded", "VersionUpdated", "BountyGot", "BountyReceived",
    };

    /// <summary>The facts of one block, numbered from <paramref name="lastNumber"/> + 1 by rising log index. A log that no fact tells is kept raw.</summary>
    public static IEnumerable<IFact> Map(string network, long lastNumber, ScannedBlock block, ChainNames names)
    {
        foreach (var transaction in Transactions.Of(block.Logs))
        {
            var groups = Groups(transaction, names);
            var ceremonies = CeremonyLogs.Of(transaction);
            foreach (var log in transaction)
            {
                if (ceremonies.Told.Contains(log.LogIndex) || groups.Values.Any(group => group.LogIndex == log.LogIndex))
                {
                    continue;
                }

                var origin = OriginOf(network, ++lastNumber, block.Header, log);
                yield return (log.Event == "SchainCreated" ? Purchase(origin, log, groups)
                    : ceremonies.Rotations.TryGetValue(log.LogIndex, out var rotation) ? Rotations.Fact(origin, rotation, block, names)
                    : ceremonies.Failures.TryGetValue(log.LogIndex, out var failure) ? Failure(origin, failure, names)
                    : Reading.Of(log, f => LogFacts.OfNetwork(origin, log.Event, f) ?? LogFacts.OfChain(origin, log.Event, f, names)))
                    ?? new UnmappedLogSeen(origin, log.Address, log.Topics, log.Data, log.Event);
            }
        }
    }

    /// <summary>The SchainNodes of each purchase in the transaction, by chain hash: these logs are told by the purchase's fact.</summary>
    private static Dictionary<string, ChainLog> Groups(IReadOnlyList<ChainLog> transaction, ChainNames names)
    {
        var groups = new Dictionary<string, ChainLog>();
        foreach (var created in transaction.Where(l => l.Event == "SchainCreated"))
        {
            if (Reading.Of(created, f => new Named(f.ChainHash(), new ChainName(f.Text("name")))) is not { } chain || Purchase(NoOrigin, created, groups) is null)
            {
                continue;
            }

            names.Learn(chain.Hash, chain.Name);
            if (transaction.FirstOrDefault(l => l.Event == "SchainNodes" && Reading.Of(l, f => f.ChainHash()) == chain.Hash && Group(l) is not null) is { } nodes)
            {
                groups.TryAdd(chain.Hash, nodes);
            }
        }

        return groups;
    }

    private static ChainBought? Purchase(FactOrigin at, ChainLog log, Dictionary<string, ChainLog> groups) => Reading.Of(log, f => new ChainBought(
        at, new ChainName(f.Text("name")), f.ChainHash(), f.Text("owner"), f.Int("partOfNode"), f.Int("numberOfNodes"), f.Seconds("lifetime"),
        groups.TryGetValue(f.ChainHash(), out var nodes) ? Group(nodes) : null));

    private static KeyCeremonyFailed Failure(FactOrigin at, CeremonyFailure failure, ChainNames names) =>
        new(at, names.Find(failure.ChainHash), failure.ChainHash, failure.BadNode, failure.NewNode, Stuck: failure.NewNode is null);

    private static NodeId[]? Group(ChainLog log) => Reading.Of(log, f => f.Longs("nodesInGroup").Select(n => new NodeId(n)).ToArray());

    private static readonly FactOrigin NoOrigin = new("", 0, 0, "", "", default, "", 0);

    private static FactOrigin OriginOf(string network, long number, BlockHeader block, ChainLog log) =>
        new(network, number, block.Number, block.Hash, block.ParentHash, block.Time, log.TransactionHash, log.LogIndex, block.Sighting);

    private sealed record Named(string Hash, ChainName Name);
}
