using Skale.Contracts;

namespace Skale.Metrics.Domain;

// What the scheduler stores of its own, as far as it is shown here. Names of members are the scheduler's storage format; members it adds are
// passed over, and a test compares these records with the scheduler's.

/// <summary>The operator's choices as recorded at a start of the scheduler.</summary>
public sealed record SchedulingPolicy(string Strategy, string Image);

/// <summary>The scheduler started.</summary>
public sealed record SchedulerStarted(string Network, long AfterFact, SchedulingPolicy Policy);

/// <summary>A deadline passed.</summary>
public sealed record TimePassed;

/// <summary>Facts behind a number were missing on the bus.</summary>
public sealed record FactGapSeen(long AfterFact);

/// <summary>A fact that changes nothing, and why.</summary>
public sealed record FactWithoutEffect(FactOrigin Origin, string Fact, string Reason) : IFact;

/// <summary>The chain waits for nodes.</summary>
public sealed record CreationDeferred(ChainName Chain, string Reason, DateTimeOffset Deadline);

/// <summary>The chain will not run here.</summary>
public sealed record CreationRefused(ChainName Chain, string Reason);

/// <summary>The chain's nodes, in order, and how they were chosen; of each the slices are held, in the slot named. In old logs a <see cref="SlicesReserved"/> for each follows.</summary>
public sealed record GroupChosen(ChainName Chain, IReadOnlyList<NodeId> Group, PlacementEvidence Evidence, string? Recomputed, int Slices = 0, IReadOnlyList<int>? Slots = null)
{
    public IEnumerable<SlicesReserved> Reserved() => Group.Zip(Slots ?? [], (node, slot) => new SlicesReserved(node, Chain, Slices, slot));
}

/// <summary>The contract's group is not the one that its rules give.</summary>
public sealed record ContractGroupDiffers(ChainName Chain, IReadOnlyList<NodeId> Group, IReadOnlyList<NodeId> Computed);

/// <summary>Slices of a node are held for a chain.</summary>
public sealed record SlicesReserved(NodeId Node, ChainName Chain, int Slices, int Slot);

/// <summary>Order to run a subnode.</summary>
public sealed record SubnodeOrdered(NodeId Node, ChainName Chain, long Generation, Subnode Subnode);

/// <summary>Orders to several nodes at once.</summary>
public sealed record SubnodesOrdered(ChainName Chain, Subnode Subnode, IReadOnlyList<NodeOrder> Orders)
{
    public IEnumerable<SubnodeOrdered> Each() => Orders.Select(o => new SubnodeOrdered(o.Node, Chain, o.Generation, Subnode));
}

/// <summary>The order of one of several nodes.</summary>
public sealed record NodeOrder(NodeId Node, long Generation);

/// <summary>A node is told who the chain's other members are now.</summary>
public sealed record PeersOrdered(NodeId Node, ChainName Chain, long Generation, Subnode Subnode);

/// <summary>Order to end a subnode and to destroy its data.</summary>
public sealed record SubnodeRemovalOrdered(NodeId Node, ChainName Chain, long Generation);

/// <summary>Everything a node is to run and to destroy.</summary>
public sealed record AssignmentIssued(NodeId Node, long Generation, IReadOnlyList<Subnode> Subnodes, IReadOnlyList<ChainName> Removals);

/// <summary>A chain's slices on a node are free again.</summary>
public sealed record SlicesReleased(NodeId Node, ChainName Chain, int Slices, int Slot);

/// <summary>Every member answers.</summary>
public sealed record CreationCompleted(ChainName Chain);

/// <summary>A member of an active chain does not answer.</summary>
public sealed record ServiceDegraded(ChainName Chain, NodeId Node, string Reason);

/// <summary>Every member answers again.</summary>
public sealed record ServiceRestored(ChainName Chain);

/// <summary>Nothing of the chain is left.</summary>
public sealed record RemovalCompleted(ChainName Chain);

/// <summary>A node is as it was before facts about it that were retracted.</summary>
public sealed record NodeReset(NodeId Node, NodeStanding Standing, bool InMaintenance, bool Compliant, string Ip);

/// <summary>A chain's purchase was retracted.</summary>
public sealed record PurchaseUndone(ChainName Chain);

/// <summary>A chain's deletion was retracted.</summary>
public sealed record DeletionUndone(ChainName Chain, IReadOnlyList<NodeId> DataLostOn);

/// <summary>A node that serves the chain was never registered, as is known now.</summary>
public sealed record GroupUndone(ChainName Chain, string Reason, IReadOnlyList<NodeId> DataLostOn);

/// <summary>A node's machine is too small to take chains that the scheduler places.</summary>
public sealed record MachineRefused(NodeId Node, string Reason);

/// <summary>A node's machine, refused before, takes chains.</summary>
public sealed record MachineAccepted(NodeId Node);

/// <summary>A chain was asked for over the scheduler's API.</summary>
public sealed record ChainRequested(Guid Request, ChainName Chain, string Owner, string? Profile, int? Slices, int? GroupSize);

/// <summary>A chain's removal was asked for over the scheduler's API.</summary>
public sealed record ChainRemovalRequested(Guid Request, ChainName Chain);

/// <summary>A node is to take no new chains, or to take them again: asked for over the scheduler's API.</summary>
public sealed record NodeHoldRequested(Guid Request, NodeId Node, bool Held);

/// <summary>A request was refused.</summary>
public sealed record RequestRefused(Guid Request, string Reason);

/// <summary>A chain that was asked for is going to be.</summary>
public sealed record ChainAdmitted(ChainName Chain, string ChainHash, string Owner, string? Profile, int Slices, int GroupSize, bool Dedicated, DateTimeOffset? ExpiresAt, DateTimeOffset At);

/// <summary>A chain without a contract ends.</summary>
public sealed record RemovalStarted(ChainName Chain, string Reason);

/// <summary>A chain's lifetime is nearly over.</summary>
public sealed record ExpiryNear(ChainName Chain, DateTimeOffset ExpiresAt);

/// <summary>The operator keeps new chains from a node, or does no more.</summary>
public sealed record NodeHoldChanged(NodeId Node, bool Held);

/// <summary>A chain's life begins again, from its purchase.</summary>
public sealed record CreationRepeated(ChainName Chain, string Reason);
