using Skale.Contracts;

namespace Skale.Scheduler.Domain;

/// <summary>
/// What follows when facts are retracted: nodes are as they were before the first of them, chains that were never bought are stopped, released and forgotten, those that
/// were never deleted come back. What remains is decided by the sagas, as always.
/// </summary>
internal static class Retraction
{
    public static IReadOnlyList<object> Undo(Network network, FactsRetracted e, DateTimeOffset now)
    {
        var numbers = e.Numbers.ToHashSet();
        var effects = network.Effects.Where(x => numbers.Contains(x.Fact)).ToArray();
        var bought = effects.OfType<PurchaseEffect>().Select(x => x.Chain).ToHashSet();
        var deleted = effects.OfType<DeletionEffect>().Select(x => x.Chain).Where(c => !bought.Contains(c)).ToHashSet();
        NodeReset[] nodes = [.. effects.OfType<NodeEffect>().GroupBy(x => x.Node).Select(g => Reset(g.Key, g.First().Before, now))];
        var gone = nodes.Where(n => n.Standing == NodeStanding.Unregistered).Select(n => n.Node).ToHashSet();
        return
        [
            e,
            .. nodes,
            .. bought.Order().Select(c => new PurchaseUndone(c, now)),
            .. deleted.Order().Select(c => new DeletionUndone(c, [.. network.Chains[c].DataLost], now)),
            .. network.Chains.Values.Where(c => !bought.Contains(c.Name) && !deleted.Contains(c.Name)).OrderBy(c => c.Name).Select(c => Again(network, c, gone, e.Numbers, now)).OfType<object>(),
        ];
    }

    private static NodeReset Reset(NodeId node, NodeFlags before, DateTimeOffset now) =>
        new(node, before.Standing, before.InMaintenance, before.Compliant, before.Ip, now);

    /// <summary>What a chain stands on may be retracted though its own facts are not.</summary>
    private static object? Again(Network network, Chain chain, HashSet<NodeId> gone, IReadOnlyList<long> retracted, DateTimeOffset now) => chain.Phase switch
    {
        ChainPhase.Creating or ChainPhase.Active or ChainPhase.Degraded when Stands(network, chain, retracted).FirstOrDefault(gone.Contains, new NodeId(-1)) is { Value: >= 0 } node =>
            new GroupUndone(chain.Name, $"the registration of node {node} was retracted", [.. chain.Members.Values.Where(m => m.HasOrder).Select(m => m.Node)], now),
        ChainPhase.Refused when chain.RefusedAfter >= retracted[0] && chain.Wanted is not null =>
            new CreationRepeated(chain.Name, $"facts from {retracted[0]} on, behind which it was refused, were retracted", now),
        _ => null,
    };

    /// <summary>Whom the chain is to be served by: a member of today that the contract does not name any more is replaced, and no reason to stop the others.</summary>
    private static IEnumerable<NodeId> Stands(Network network, Chain chain, IReadOnlyList<long> retracted) =>
        network.Policy.Replacement is null || chain.Told is null
            ? chain.Group
            : (ReplacementFold.ToldBefore(network, chain.Name, retracted) is { } effect ? effect.Before : chain.Told)!.Select(s => s.Node).OfType<NodeId>();
}
