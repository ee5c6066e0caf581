using Skale.Contracts;

namespace Skale.Scheduler.Domain;

/// <summary>
/// The saga that puts another node in a member's place, whatever the reason: the newcomer's slices are reserved and its subnode ordered, the old member serves
/// until the newcomer answers, then the place in the group changes hands and what is left of the old one is removed. One at a time per chain.
/// </summary>
internal static class Replacement
{
    public static IReadOnlyList<object> Proceed(Network network, Chain chain, DateTimeOffset now) =>
        chain.Underway is { } underway ? GoOn(network, chain, underway, now) : network.Policy.Replacement is null ? [] : Begin(network, chain, now);

    private static IReadOnlyList<object> GoOn(Network network, Chain chain, Underway underway, DateTimeOffset now)
    {
        var newcomer = chain.Members[underway.New];
        var failed = chain.Told is null && !newcomer.Serves && newcomer.Deadline <= now;
        var obstacle = failed ? newcomer.Reason ?? "it has not answered in time" : Obstacle(network, chain, underway);
        return obstacle is not null ? [new ReplacementFailed(chain.Name, underway.Old, underway.New, failed, obstacle, now)]
            : newcomer.Serves ? [new ReplacementCompleted(chain.Name, underway.Seat, underway.Old, underway.New, chain.Group.SetItem(underway.Seat, underway.New), now)]
            : [];
    }

    /// <summary>Why the newcomer is not to come after all; null when it is.</summary>
    private static string? Obstacle(Network network, Chain chain, Underway underway) => (network.Nodes[underway.New], chain.Told) switch
    {
        ({ IsRegistered: false }, _) => $"node {underway.New} is not registered any more",
        (_, { } told) => told[underway.Seat].Node == underway.New ? null : $"the contract names {Name(told[underway.Seat].Node)} in its place now",
        ({ Presence: Presence.Lost }, _) => $"node {underway.New} is lost",
        ({ IsToBeDrained: true }, _) => $"node {underway.New} is to serve no chain any more",
        _ when underway.Reason is ReplacementReason.NodeExit or ReplacementReason.NodeIncompliant or ReplacementReason.NodeDrained && !network.Nodes[underway.Old].IsToBeDrained => $"node {underway.Old} stays",
        _ => null,
    };

    private static IReadOnlyList<object> Begin(Network network, Chain chain, DateTimeOffset now)
    {
        if (chain.Demands is [var demand, ..] && !chain.Group.Contains(demand.Node))
        {
            return [new RotationRefused(chain.Name, demand.Node, demand.RequestId, $"node {demand.Node} is no member any more", now)];
        }

        var (needs, blocked) = Need.Of(network, chain);
        foreach (var need in needs)
        {
            var (start, obstacle) = chain.Told is null ? Draw(network, chain, need, now) : Follow(network, chain, need, now);
            if (start is not null)
            {
                return [start, new SlicesReserved(start.NewNode, chain.Name, chain.Slices, network.Nodes[start.NewNode].LowestFreeSlot, now)];
            }

            blocked |= chain.Stalled is { } told && (told.Old, told.New) == (need.Old, need.New);
            if (!blocked)
            {
                return [new ReplacementDeferred(chain.Name, need.Old, need.New, need.Reason, obstacle!, now)];
            }
        }

        return chain.Stalled is { } stall && !blocked ? [new ReplacementFailed(chain.Name, stall.Old, stall.New, false, $"node {stall.Old} is not to be replaced any more", now)] : [];
    }

    private static (ReplacementStarted? Start, string? Obstacle) Follow(Network network, Chain chain, Need need, DateTimeOffset now)
    {
        var node = need.New is { } named ? network.Nodes.GetValueOrDefault(named) : null;
        var obstacle = (need.New, node) switch
        {
            (null, _) => $"the contract names nobody in the place of node {need.Old}",
            (_, null or { Standing: NodeStanding.Left or NodeStanding.Unregistered }) => $"node {need.New} is not registered",
            ({ } n, _) when chain.Group.Contains(n) => $"node {n} serves another place of the chain",
            ({ } n, _) when chain.Members.ContainsKey(n) => $"what node {n} ran for the chain before is not removed yet",
            (_, { Machine: null }) => $"node {need.New} has no agent so far",
            (_, { HasFreePorts: false }) => $"node {need.New} has no free ports",
            _ when node.Free < chain.Slices => $"needs {chain.Slices} free slices; node {need.New} has {node.Free}",
            _ => null,
        };
        var found = chain.Told![need.Seat].Recomputed;
        return obstacle is not null
            ? (null, obstacle)
            : (Start(chain, need, node!.Id, found is { Verdict: Recomputation.Agrees, Evidence: var evidence } ? evidence : Placement.ByContract, found?.Verdict, now), null);
    }

    private static (ReplacementStarted? Start, string? Obstacle) Draw(Network network, Chain chain, Need need, DateTimeOffset now)
    {
        var (strategy, books) = (Placement.Named(chain.Terms?.Strategy ?? network.Policy.Strategy), network.Contract.Reliable);
        if (strategy.NeedsContractBooks && books?.HasChain(chain.Hash) != true)
        {
            return (null, $"the strategy '{strategy.Name}' draws from the contract's books, which cannot be relied on: {network.Contract.Doubt}");
        }

        var candidates = Candidates.Of(network, chain, strategy.NeedsContractBooks);
        candidates.Except([.. (strategy.NeedsContractBooks ? books!.Chain(chain.Hash).Exceptions : []).Select(n => new NodeId(n))]);
        if (candidates.Count == 0)
        {
            return (null, $"needs a node with {Candidates.Needed(chain)} free slices, free ports and a running agent that is no member and has not failed the chain; there is none{Candidates.KeptOut(network, chain)}");
        }

        var (group, evidence) = strategy.Choose(ChainDraw.Request(network, chain, candidates) with { Slices = chain.Slices, Books = books, Replaced = need.Old });
        return (Start(chain, need, group[0], evidence, null, now), null);
    }

    private static ReplacementStarted Start(Chain chain, Need need, NodeId node, PlacementEvidence evidence, string? recomputed, DateTimeOffset now) =>
        new(chain.Name, need.Seat, need.Old, node, need.Reason, evidence, recomputed, now);

    private static string Name(NodeId? node) => node is { } named ? $"node {named}" : "nobody";
}
