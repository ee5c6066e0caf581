using Skale.Contracts;

namespace Skale.Scheduler.Domain;

// Names and members below are storage format: change them only with an upcaster. Inputs (facts, reports) are stored as they were received,
// as the records of Skale.Contracts; these are what the scheduler adds to them.

/// <summary>The scheduler has started with this policy and asks for the facts it may have missed. An input.</summary>
public sealed record SchedulerStarted(string Network, long AfterFact, SchedulingPolicy Policy, DateTimeOffset At);

/// <summary>The clock, recorded when a deadline has passed, so that a replay sees the same time. An input.</summary>
public sealed record TimePassed(DateTimeOffset At);

/// <summary>Facts are missing behind a number; asked for again. An input: the gap was seen on the bus.</summary>
public sealed record FactGapSeen(string Network, long AfterFact, DateTimeOffset At);

/// <summary>Not enough nodes can take the chain now; it waits until <paramref name="Deadline"/>.</summary>
public sealed record CreationDeferred(ChainName Chain, string Reason, DateTimeOffset Deadline, DateTimeOffset At);

/// <summary>The chain will not run here.</summary>
public sealed record CreationRefused(ChainName Chain, string Reason, DateTimeOffset At);

/// <summary>The chain's nodes, in order, and how they were chosen. From now on slices of each are held for it.</summary>
/// <param name="Recomputed">When the contract chose: <c>agrees</c>, <c>differs</c>, or <c>not re-computable</c> with the reason; null when the scheduler chose, and in old logs.</param>
/// <param name="Kit">What it runs when it was bought in the contract, by the policy of this moment; null when no profile is for its size, for what was asked for, and in old logs.</param>
/// <param name="Slices">Held of each node, 0 to 128.</param>
/// <param name="Slots">The place on each node, in the group's order: the lowest that was free there. Null in old logs, where a <see cref="SlicesReserved"/> for each follows.</param>
public sealed record GroupChosen(
    ChainName Chain, IReadOnlyList<NodeId> Group, PlacementEvidence Evidence, string? Recomputed, DateTimeOffset At, ChainKit? Kit = null, int Slices = 0, IReadOnlyList<int>? Slots = null)
{
    /// <summary>What it holds, node by node.</summary>
    public IEnumerable<SlicesReserved> Reserved() => (Slots ?? []).Select((slot, seat) => new SlicesReserved(Group[seat], Chain, Slices, slot, At));
}

/// <summary>The contract has told a group that its own rules do not give from what is known. It is followed all the same; somebody must look.</summary>
public sealed record ContractGroupDiffers(
    ChainName Chain, IReadOnlyList<NodeId> Group, IReadOnlyList<NodeId> Computed, PlacementEvidence Evidence, DateTimeOffset At);

/// <summary>Slices of a newcomer are held for a chain.</summary>
/// <param name="Slot">Place on the node, from 0: the lowest that is free.</param>
public sealed record SlicesReserved(NodeId Node, ChainName Chain, int Slices, int Slot, DateTimeOffset At);

/// <summary>The node's agent is told to run the subnode.</summary>
public sealed record SubnodeOrdered(NodeId Node, ChainName Chain, long Generation, Subnode Subnode, DateTimeOffset At);

/// <summary>Several nodes' agents are told at once to run the chain's subnodes.</summary>
/// <param name="Subnode">As the first of them is told, but for its peers.</param>
/// <param name="Peers">All members there are: each is told of the others.</param>
public sealed record SubnodesOrdered(ChainName Chain, Subnode Subnode, IReadOnlyList<NodeOrder> Orders, IReadOnlyList<Peer> Peers, DateTimeOffset At)
{
    /// <summary>The order of each, as if it were the only one.</summary>
    public IEnumerable<SubnodeOrdered> Each()
    {
        Reach[] all = [.. Peers.Select(Reach.Of)];
        return Orders.Select(o => new SubnodeOrdered(o.Node, Chain, o.Generation, o.Of(Subnode, Peering.Of(all, o.Node)), At));
    }
}

/// <summary>The node's agent is told who the chain's other members are now; what it runs goes on.</summary>
/// <param name="Subnode">As ordered before, with other peers.</param>
public sealed record PeersOrdered(NodeId Node, ChainName Chain, long Generation, Subnode Subnode, DateTimeOffset At);

/// <summary>The node's agent is told to end the subnode and to destroy its data.</summary>
public sealed record SubnodeRemovalOrdered(NodeId Node, ChainName Chain, long Generation, DateTimeOffset At);

/// <summary>The node's agent is told everything it is to run and to destroy.</summary>
public sealed record AssignmentIssued(
    NodeId Node, long Generation, IReadOnlyList<Subnode> Subnodes, IReadOnlyList<ChainName> Removals, DateTimeOffset At);

/// <summary>A chain's slices on a node are free again.</summary>
public sealed record SlicesReleased(NodeId Node, ChainName Chain, int Slices, int Slot, DateTimeOffset At);

/// <summary>Every member answers.</summary>
public sealed record CreationCompleted(ChainName Chain, DateTimeOffset At);

/// <summary>A member of an active chain does not answer.</summary>
public sealed record ServiceDegraded(ChainName Chain, NodeId Node, string Reason, DateTimeOffset At);

/// <summary>Every member answers again.</summary>
public sealed record ServiceRestored(ChainName Chain, DateTimeOffset At);

/// <summary>Nothing of the chain is left.</summary>
public sealed record RemovalCompleted(ChainName Chain, DateTimeOffset At);

/// <summary>Facts about a node were retracted: it is as it was before the first of them.</summary>
/// <param name="Standing"><see cref="NodeStanding.Unregistered"/> when its registration is among them.</param>
public sealed record NodeReset(NodeId Node, NodeStanding Standing, bool InMaintenance, bool Compliant, string Ip, DateTimeOffset At);

/// <summary>A chain's purchase was retracted: it is stopped and forgotten, and its name can be bought again.</summary>
public sealed record PurchaseUndone(ChainName Chain, DateTimeOffset At);

/// <summary>A chain's deletion was retracted: the chain runs again as soon as what is left of it is gone.</summary>
/// <param name="DataLostOn">Nodes that were ordered to destroy its data, which comes back from nowhere here.</param>
public sealed record DeletionUndone(ChainName Chain, IReadOnlyList<NodeId> DataLostOn, DateTimeOffset At);

/// <summary>A node that serves the chain was never registered, as is known now: the chain is stopped and placed again.</summary>
/// <param name="DataLostOn">Nodes whose data is destroyed with that.</param>
public sealed record GroupUndone(ChainName Chain, string Reason, IReadOnlyList<NodeId> DataLostOn, DateTimeOffset At);

/// <summary>A chain's life begins again, from its purchase.</summary>
public sealed record CreationRepeated(ChainName Chain, string Reason, DateTimeOffset At);

/// <summary>A node's machine is too small to take chains that the scheduler places.</summary>
/// <param name="Reason">With the figures.</param>
public sealed record MachineRefused(NodeId Node, string Reason, DateTimeOffset At);

/// <summary>A node's machine, refused before, takes chains: it is another one now, or less is asked of it.</summary>
public sealed record MachineAccepted(NodeId Node, DateTimeOffset At);

/// <summary>A fact that cannot change anything here, and why: kept so that the count goes on and an auditor sees it.</summary>
public sealed record FactWithoutEffect(FactOrigin Origin, string Fact, string Subject, string Reason, DateTimeOffset At) : IFact;
