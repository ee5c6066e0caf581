using Skale.Contracts;

namespace Skale.Scheduler.Domain;

/// <summary>The saga that brings a bought chain to life: choose, reserve, order, and wait until every member answers.</summary>
internal static class Creation
{
    /// <summary>What follows for a chain whose nodes are not chosen yet.</summary>
    public static IReadOnlyList<object> Place(Network network, Chain chain, DateTimeOffset now)
    {
        if ((Refusal(chain) ?? Quota(network, chain)) is { } refusal)
        {
            return [new CreationRefused(chain.Name, refusal, now)];
        }

        return chain.Told is { } named ? Follow(network, chain, named, now) : Choose(network, chain, now);
    }

    /// <summary>What follows for a chain whose group is chosen: the first of these that has something to do.</summary>
    public static IReadOnlyList<object> Proceed(Network network, Chain chain, DateTimeOffset now) =>
        Removal.OfFormerMembers(network, chain, now) is { Count: > 0 } removals ? removals
        : Orders(network, chain, now) is { Count: > 0 } orders ? orders
        : Peering.Proceed(network, chain, now) is { Count: > 0 } told ? told
        : Resize.Proceed(network, chain, now) is { Count: > 0 } resized ? resized
        : Standing(chain, now) is { Count: > 0 } standing ? standing
        : Rollout.Proceed(network, chain, now) is { Count: > 0 } rolled ? rolled
        : MemberWatch.Proceed(network, chain, now) is { Count: > 0 } watched ? watched
        : Replacement.Proceed(network, chain, now) is { Count: > 0 } replaced ? replaced
        : Rotation.Proceed(network, chain, now);

    /// <summary>Orders to members whose agents are there.</summary>
    private static IReadOnlyList<object> Orders(Network network, Chain chain, DateTimeOffset now)
    {
        Member[] members = [.. chain.Members.Values.Where(m => m.Phase == MemberPhase.Reserved && network.Nodes[m.Node].Machine is not null)];
        if (members.Length == 0)
        {
            return [];
        }

        NodeOrder[] orders = [.. members.Select(m => Order(network, chain, m))];
        var first = new Subnode(
            chain.Name, chain.Hash, chain.EvmChainId, chain.Slices, orders[0].Slot, orders[0].FirstPort, orders[0].Limits!, Rollout.ImageFor(network, chain), orders[0].Generation, null,
            chain.Sidecars, chain.DataParts);
        var together = new SubnodesOrdered(chain.Name, first, [.. orders.Select(o => o with { Limits = o.Limits == first.Limits ? null : o.Limits })], [.. Peering.All(network, chain).Select(r => r.AsPeer())], now);
        return orders.Length == 1 ? [.. together.Each()] : [together];
    }

    private static NodeOrder Order(Network network, Chain chain, Member member)
    {
        var node = network.Nodes[member.Node];
        return new(node.Id, node.Generation + 1, member.Slot, node.FirstPortOf(member.Slot), network.Policy.LimitsOf(node.Machine!, chain.Slices));
    }

    private static IReadOnlyList<object> Standing(Chain chain, DateTimeOffset now) => (chain.Phase, chain.FirstAbsent()) switch
    {
        (ChainPhase.Creating, null) => [new CreationCompleted(chain.Name, now)],
        (ChainPhase.Degraded, null) => [new ServiceRestored(chain.Name, now)],
        (ChainPhase.Active, { } absent) => [new ServiceDegraded(chain.Name, absent.Node, Trouble(absent), now)],
        _ => [],
    };

    private static string Trouble(Member absent) => absent switch
    {
        { Reason: { } reason } => reason,
        { AwaitsImage: true } => $"its container is made anew from image '{absent.Told!.Image}'",
        { Overdue: true, Phase: MemberPhase.Running } => "its node is lost",
        _ => "its agent has started again and does not say that it runs",
    };

    private static List<object> Choose(Network network, Chain chain, DateTimeOffset now)
    {
        var (strategy, books) = (Placement.Named(chain.Terms?.Strategy ?? network.Policy.Strategy), network.Contract.Reliable);
        if (strategy.NeedsContractBooks && books is null)
        {
            return Wait(network, chain, () => $"the strategy '{strategy.Name}' draws from the contract's books, which cannot be relied on: {network.Contract.Doubt}", now);
        }

        if (strategy.NeedsContractBooks && !Hashes.IsHash(chain.Origin.ParentHash))
        {
            return [new CreationRefused(chain.Name, $"the hash of the block before its own is '{chain.Origin.ParentHash}'; 0x and 64 hex digits are a hash", now)];
        }

        var candidates = Candidates.Of(network, chain, strategy.NeedsContractBooks);
        if (candidates.Count < chain.GroupSize)
        {
            return Wait(network, chain, () => Shortage(network, chain, candidates.Count), now);
        }

        var (group, evidence) = strategy.Choose(new PlacementRequest(candidates, chain.GroupSize, chain.Origin.BlockHash, chain.Hash, chain.Origin.Number)
        {
            OwnerOf = n => network.Nodes[n].Owner,
            OwnedBy = network.NodesOf,
            Slices = chain.Slices,
            ParentHash = chain.Origin.ParentHash,
            Books = books,
            Listed = strategy.NeedsContractBooks ? network.Contract.Room.For(Candidates.Needed(chain)).Listed : null,
        });
        return Reserve(network, chain, group, evidence, now);
    }

    private static List<object> Follow(Network network, Chain chain, IReadOnlyList<Seat> told, DateTimeOffset now)
    {
        var named = told.Select(s => s.Node).OfType<NodeId>().ToArray();
        if (named.Length < told.Count)
        {
            return Wait(network, chain, () => $"the contract names {named.Length} nodes for {told.Count} places", now);
        }

        var faults = named.Where(n => !network.Nodes.TryGetValue(n, out var node) || node.Standing is NodeStanding.Left or NodeStanding.Unregistered).ToArray();
        if (faults.Length > 0)
        {
            return [new CreationRefused(chain.Name, $"the contract names nodes that are not registered: {string.Join(", ", faults)}", now)];
        }

        var taken = named.Where(n => !Tenancy.MayShare(network, network.Nodes[n], chain)).ToArray();
        if (taken.Length > 0)
        {
            return Wait(network, chain, () => $"the contract names nodes that serve another owner alone: {string.Join(", ", taken)}", now);
        }

        var full = named.Where(n => network.Nodes[n].Free < chain.Slices || !network.Nodes[n].HasFreePorts).ToArray();
        return full.Length > 0
            ? Wait(network, chain, () => $"needs {chain.Slices} free slices and free ports on each node the contract names; missing on {string.Join(", ", full)}", now)
            : Reserve(network, chain, named, chain.Recomputed is { Verdict: Recomputation.Agrees, Evidence: var evidence } && told.All(s => s.Recomputed is null) ? evidence : Placement.ByContract, now);
    }

    private static List<object> Reserve(Network network, Chain chain, IReadOnlyList<NodeId> group, PlacementEvidence evidence, DateTimeOffset now) =>
    [
        new GroupChosen(
            chain.Name, group, evidence, chain.Recomputed?.Verdict, now, chain.Terms is null ? network.Policy.Tenants.KitOf(chain.Slices, chain.GroupSize) : null, chain.Slices,
            [.. group.Select(n => network.Nodes[n].LowestFreeSlot)]),
    ];

    private static string Shortage(Network network, Chain chain, int candidates) =>
        $"needs {chain.GroupSize} nodes with {Candidates.Needed(chain)} free slices, free ports and a running agent; {candidates} have them{Candidates.KeptOut(network, chain)}";

    /// <param name="reason">Made only when it is told: a chain that waits is looked at again and again.</param>
    private static List<object> Wait(Network network, Chain chain, Func<string> reason, DateTimeOffset now) => chain.Phase switch
    {
        ChainPhase.Requested => [new CreationDeferred(chain.Name, reason(), now + network.Policy.Patience, now)],
        _ when chain.Deadline <= now => [new CreationRefused(chain.Name, $"{reason()}; waited until {chain.Deadline:u}", now)],
        _ => [],
    };

    /// <summary>The contract's own groups are paid for there; what was asked for over the API was looked at then.</summary>
    private static string? Quota(Network network, Chain chain) => chain is { Phase: ChainPhase.Requested, Told: null, Terms: null }
        ? Tenancy.OverQuota(network, chain.Name, chain.Owner, chain.Slices, chain.GroupSize)
        : null;

    private static string? Refusal(Chain chain) => chain switch
    {
        _ when ContainerNames.Fault(chain.Name.Value) is { } fault => fault,
        _ when !Hashes.IsHash(chain.Hash) => $"its hash is '{chain.Hash}'; 0x and 64 hex digits are a hash",
        { Told: null } when !Hashes.IsHash(chain.Origin.BlockHash) => $"the hash of its block is '{chain.Origin.BlockHash}'; 0x and 64 hex digits are a hash",
        { Slices: < 0 or > Node.TotalSlices } => $"asks for {chain.Slices} slices of each node; a node has {Node.TotalSlices}",
        { GroupSize: < 1 } => $"asks for a group of {chain.GroupSize} nodes",
        { Told: { } named } when named.Count != chain.GroupSize => $"the contract names {named.Count} nodes for a group of {chain.GroupSize}",
        { Told: { } named } when named.DistinctBy(s => s.Node ?? new NodeId(-1)).Count() != named.Count => "the contract names a node twice",
        _ => null,
    };
}
