using Skale.Contracts;

namespace Skale.Scheduler.Domain;

/// <summary>The saga that brings a bought chain to life: choose, reserve, order, and wait until every member answers.</summary>
internal static class Creation
{
    /// <summary>What follows for a chain whose nodes are not chosen yet.</summary>
    public static IReadOnlyList<object> Place(Network network, Chain chain, DateTimeOffset now)
    {
        if (Refusal(chain) is { } refusal)
        {
            return [new CreationRefused(chain.Name, refusal, now)];
        }

        return chain.Requested is { } named ? Follow(network, chain, named, now) : Choose(network, chain, now);
    }

    /// <summary>What follows for a chain whose group is chosen: orders to members whose agents are there, then completion.</summary>
    public static IReadOnlyList<object> Proceed(Network network, Chain chain, DateTimeOffset now)
    {
        object[] orders = [.. chain.Members.Values
            .Where(m => m.Phase == MemberPhase.Reserved && network.Nodes[m.Node].Machine is not null)
            .Select(m => Order(network, chain, m, now))];
        if (orders.Length > 0)
        {
            return orders;
        }

        return chain.Phase switch
        {
            ChainPhase.Creating when chain.AllRunning => [new CreationCompleted(chain.Name, now)],
            ChainPhase.Degraded when chain.AllRunning => [new ServiceRestored(chain.Name, now)],
            ChainPhase.Active when chain.Members.Values.FirstOrDefault(m => m.Phase != MemberPhase.Running) is { } absent =>
                [new ServiceDegraded(chain.Name, absent.Node, absent.Reason ?? "its agent has started again and does not say that it runs", now)],
            _ => [],
        };
    }

    private static List<object> Choose(Network network, Chain chain, DateTimeOffset now)
    {
        var (strategy, books) = (Placement.Named(network.Policy.Strategy), network.Contract.Reliable);
        if (strategy.NeedsContractBooks && books is null)
        {
            return Wait(network, chain, $"the strategy '{strategy.Name}' draws from the contract's books, which cannot be relied on: {network.Contract.Doubt}", now);
        }

        if (strategy.NeedsContractBooks && !Hashes.IsHash(chain.Origin.ParentHash))
        {
            return [new CreationRefused(chain.Name, $"the hash of the block before its own is '{chain.Origin.ParentHash}'; 0x and 64 hex digits are a hash", now)];
        }

        var needed = Math.Max(1, chain.Slices);
        NodeId[] candidates =
        [
            .. network.Nodes.Values.Where(n => n.Visible && n.Machine is not null && n.Free >= needed && n.HasFreePorts).Select(n => n.Id)
                .Where(n => !strategy.NeedsContractBooks || network.Contract.FreeSlicesOf(n) >= needed),
        ];
        if (candidates.Length < chain.GroupSize)
        {
            return Wait(network, chain, $"needs {chain.GroupSize} nodes with {needed} free slices, free ports and a running agent; {candidates.Length} have them", now);
        }

        var (group, evidence) = strategy.Choose(new PlacementRequest(candidates, chain.GroupSize, chain.Origin.BlockHash, chain.Hash, chain.Origin.Number)
        {
            OwnerOf = n => network.Nodes[n].Owner,
            Slices = chain.Slices,
            ParentHash = chain.Origin.ParentHash,
            Books = books,
        });
        return Reserve(network, chain, group, evidence, now);
    }

    private static List<object> Follow(Network network, Chain chain, IReadOnlyList<NodeId> named, DateTimeOffset now)
    {
        var faults = named.Where(n => !network.Nodes.TryGetValue(n, out var node) || node.Standing is NodeStanding.Left or NodeStanding.Unregistered).ToArray();
        if (faults.Length > 0)
        {
            return [new CreationRefused(chain.Name, $"the contract names nodes that are not registered: {string.Join(", ", faults)}", now)];
        }

        var full = named.Where(n => network.Nodes[n].Free < chain.Slices || !network.Nodes[n].HasFreePorts).ToArray();
        return full.Length > 0
            ? Wait(network, chain, $"needs {chain.Slices} free slices and free ports on each node the contract names; missing on {string.Join(", ", full)}", now)
            : Reserve(network, chain, named, chain.Recomputed is { Verdict: Recomputation.Agrees, Evidence: var evidence } ? evidence : Placement.ByContract, now);
    }

    private static List<object> Reserve(Network network, Chain chain, IReadOnlyList<NodeId> group, PlacementEvidence evidence, DateTimeOffset now) =>
    [
        new GroupChosen(chain.Name, group, evidence, chain.Recomputed?.Verdict, now),
        .. group.Select(n => new SlicesReserved(n, chain.Name, chain.Slices, network.Nodes[n].LowestFreeSlot, now)),
    ];

    private static List<object> Wait(Network network, Chain chain, string reason, DateTimeOffset now) => chain.Phase switch
    {
        ChainPhase.Requested => [new CreationDeferred(chain.Name, reason, now + network.Policy.Patience, now)],
        _ when chain.Deadline <= now => [new CreationRefused(chain.Name, $"{reason}; waited until {chain.Deadline:u}", now)],
        _ => [],
    };

    private static SubnodeOrdered Order(Network network, Chain chain, Member member, DateTimeOffset now)
    {
        var node = network.Nodes[member.Node];
        var generation = node.Generation + 1;
        var limits = network.Policy.LimitsOf(node.Machine!, chain.Slices);
        return new SubnodeOrdered(node.Id, chain.Name, generation, new Subnode(
            chain.Name, chain.Hash, chain.EvmChainId, chain.Slices, member.Slot, node.FirstPortOf(member.Slot), limits, network.Policy.Image, generation), now);
    }

    private static string? Refusal(Chain chain) => chain switch
    {
        _ when ContainerNames.Fault(chain.Name.Value) is { } fault => fault,
        _ when !Hashes.IsHash(chain.Hash) => $"its hash is '{chain.Hash}'; 0x and 64 hex digits are a hash",
        { Requested: null } when !Hashes.IsHash(chain.Origin.BlockHash) => $"the hash of its block is '{chain.Origin.BlockHash}'; 0x and 64 hex digits are a hash",
        { Slices: < 0 or > Node.TotalSlices } => $"asks for {chain.Slices} slices of each node; a node has {Node.TotalSlices}",
        { GroupSize: < 1 } => $"asks for a group of {chain.GroupSize} nodes",
        { Requested: { } named } when named.Count != chain.GroupSize => $"the contract names {named.Count} nodes for a group of {chain.GroupSize}",
        { Requested: { } named } when named.Distinct().Count() != named.Count => "the contract names a node twice",
        _ => null,
    };
}
