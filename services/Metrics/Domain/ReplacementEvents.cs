using Skale.Contracts;

namespace Skale.Metrics.Domain;

// As in SchedulerEvents.cs: what the scheduler stores of replacements, as far as it is shown here.

/// <summary>A node is to take a member's place; both hold slices until it serves.</summary>
public sealed record ReplacementStarted(ChainName Chain, int Seat, NodeId OldNode, NodeId NewNode, ReplacementReason Reason, PlacementEvidence Evidence, string? Recomputed);

/// <summary>The newcomer serves in the old member's place.</summary>
public sealed record ReplacementCompleted(ChainName Chain, NodeId OldNode, NodeId NewNode, IReadOnlyList<NodeId> Group);

/// <summary>A member has to be replaced and cannot be for now.</summary>
public sealed record ReplacementDeferred(ChainName Chain, NodeId OldNode, NodeId? NewNode, ReplacementReason Reason, string Why);

/// <summary>A started or deferred replacement is given up.</summary>
public sealed record ReplacementFailed(ChainName Chain, NodeId OldNode, NodeId? NewNode, string Why);

/// <summary>A member does not answer, and is expected to do so before a deadline.</summary>
public sealed record MemberAwaited(ChainName Chain, NodeId Node, DateTimeOffset Deadline);

/// <summary>A member has not answered until its deadline, or its node is lost.</summary>
public sealed record MemberOverdue(ChainName Chain, NodeId Node, bool PlacedByContract, string Reason);

/// <summary>A member that was overdue answers again.</summary>
public sealed record MemberRecovered(ChainName Chain, NodeId Node);

/// <summary>The contract has rotated the chain and nothing tells to which group.</summary>
public sealed record ContractGroupUnknown(ChainName Chain, string Reason);

/// <summary>A rotation that was asked for, or fell due, will not be done.</summary>
public sealed record RotationRefused(ChainName Chain, NodeId? Node, string? RequestId, string Reason);

/// <summary>When the chain is rotated next.</summary>
public sealed record RotationScheduled(ChainName Chain, DateTimeOffset Due);

/// <summary>A member waits for its turn to be replaced on demand or on schedule.</summary>
public sealed record RotationQueued(ChainName Chain, NodeId Node, ReplacementReason Reason, string? RequestId);

/// <summary>A leaving or incompliant node's chains are to be moved away until a deadline.</summary>
public sealed record DrainStarted(NodeId Node, DateTimeOffset Deadline);

/// <summary>The node still serves chains after the deadline.</summary>
public sealed record DrainOverdue(NodeId Node, IReadOnlyList<ChainName> Chains);

/// <summary>Nothing is left on the node.</summary>
public sealed record DrainCompleted(NodeId Node);

/// <summary>A node's agent was not heard for a while.</summary>
public sealed record NodeSuspected(NodeId Node, DateTimeOffset SilentSince);

/// <summary>A suspected node has stayed silent.</summary>
public sealed record NodeLost(NodeId Node, DateTimeOffset SilentSince);

/// <summary>A suspected or lost node is heard again.</summary>
public sealed record NodeReturned(NodeId Node);
