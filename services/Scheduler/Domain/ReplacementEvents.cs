using Skale.Contracts;

namespace Skale.Scheduler.Domain;

/// <summary>Told in a chain's stream.</summary>
internal interface IOfChain
{
    ChainName Chain { get; }
}

/// <summary>Told in a node's stream.</summary>
internal interface IOfNode
{
    NodeId Node { get; }
}

// Names and members below are storage format: change them only with an upcaster.

/// <summary>A node is to take a member's place; both hold slices until it serves.</summary>
/// <param name="Seat">The place in the group, from 0.</param>
/// <param name="Recomputed">As of a group: what came of computing the contract's choice again; null when the scheduler chose.</param>
public sealed record ReplacementStarted(
    ChainName Chain, int Seat, NodeId OldNode, NodeId NewNode, ReplacementReason Reason, PlacementEvidence Evidence, string? Recomputed, DateTimeOffset At) : IOfChain;

/// <summary>The newcomer serves in the old member's place.</summary>
/// <param name="Group">The members from now on, in order.</param>
public sealed record ReplacementCompleted(ChainName Chain, int Seat, NodeId OldNode, NodeId NewNode, IReadOnlyList<NodeId> Group, DateTimeOffset At) : IOfChain;

/// <summary>A member has to be replaced and cannot be for now.</summary>
/// <param name="NewNode">Null when nobody is known.</param>
public sealed record ReplacementDeferred(ChainName Chain, NodeId OldNode, NodeId? NewNode, ReplacementReason Reason, string Why, DateTimeOffset At) : IOfChain;

/// <summary>A started or deferred replacement is given up.</summary>
/// <param name="NewNodeFailed">The newcomer is at fault: it is not drawn for the chain again.</param>
public sealed record ReplacementFailed(ChainName Chain, NodeId OldNode, NodeId? NewNode, bool NewNodeFailed, string Why, DateTimeOffset At) : IOfChain;

/// <summary>A member does not answer, and is expected to do so before a deadline.</summary>
public sealed record MemberAwaited(ChainName Chain, NodeId Node, DateTimeOffset Deadline, DateTimeOffset At) : IOfChain;

/// <summary>A member has not answered until its deadline, or its node is lost.</summary>
public sealed record MemberOverdue(ChainName Chain, NodeId Node, bool PlacedByContract, string Reason, DateTimeOffset At) : IOfChain;

/// <summary>A member that was overdue answers again.</summary>
public sealed record MemberRecovered(ChainName Chain, NodeId Node, DateTimeOffset At) : IOfChain;

/// <summary>The contract has rotated the chain and nothing tells to which group.</summary>
public sealed record ContractGroupUnknown(ChainName Chain, string Reason, DateTimeOffset At) : IOfChain;

/// <summary>A rotation that was asked for, or fell due, will not be done.</summary>
/// <param name="RequestId">Null on schedule.</param>
public sealed record RotationRefused(ChainName Chain, NodeId? Node, string? RequestId, string Reason, DateTimeOffset At) : IOfChain;

/// <summary>When the chain is rotated next.</summary>
/// <param name="BlockHash">With the chain's hash and <paramref name="Draw"/>, what the seed is made of: see <see cref="ChainDraw"/>.</param>
/// <param name="Draw">Number of the chain's draw, from 1.</param>
public sealed record RotationScheduled(ChainName Chain, DateTimeOffset Due, string BlockHash, int Draw, string Seed, DateTimeOffset At) : IOfChain;

/// <summary>A member waits for its turn to be replaced on demand or on schedule.</summary>
/// <param name="RequestId">Null on schedule.</param>
/// <param name="Evidence">How the member was drawn; null when it was named.</param>
public sealed record RotationQueued(ChainName Chain, NodeId Node, ReplacementReason Reason, string? RequestId, PlacementEvidence? Evidence, DateTimeOffset At) : IOfChain;

/// <summary>A leaving or incompliant node's chains are to be moved away, one after the other, until a deadline.</summary>
public sealed record DrainStarted(NodeId Node, DateTimeOffset Deadline, DateTimeOffset At) : IOfNode;

/// <summary>The node still serves chains after the deadline.</summary>
public sealed record DrainOverdue(NodeId Node, IReadOnlyList<ChainName> Chains, DateTimeOffset At) : IOfNode;

/// <summary>Nothing is left on the node.</summary>
public sealed record DrainCompleted(NodeId Node, DateTimeOffset At) : IOfNode;

/// <summary>A node's agent was not heard for a while: the node takes no new chains. An input.</summary>
public sealed record NodeSuspected(NodeId Node, DateTimeOffset SilentSince, DateTimeOffset At) : IOfNode;

/// <summary>A suspected node has stayed silent: it counts as lost. An input.</summary>
public sealed record NodeLost(NodeId Node, DateTimeOffset SilentSince, DateTimeOffset At) : IOfNode;

/// <summary>A suspected or lost node is heard again. An input.</summary>
public sealed record NodeReturned(NodeId Node, DateTimeOffset At) : IOfNode;
