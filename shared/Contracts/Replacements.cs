namespace Skale.Contracts;

/// <summary>Why a member of a chain is replaced by another node.</summary>
public enum ReplacementReason
{
    /// <summary>The contract names another node in its place.</summary>
    ContractRotation,

    /// <summary>It could not be started, does not answer, or its node is lost.</summary>
    MemberUnavailable,

    /// <summary>Its node leaves the network, or has left.</summary>
    NodeExit,

    /// <summary>Its node was declared incompliant.</summary>
    NodeIncompliant,

    /// <summary>Somebody asked for it.</summary>
    Requested,

    /// <summary>The time that was drawn for the chain's next rotation has come.</summary>
    Scheduled,

    /// <summary>The operator has the chains of its node moved away.</summary>
    NodeDrained,
}

/// <summary>A node prepares to take a member's place in a chain's group; the old member serves until it does. One at a time per chain.</summary>
/// <param name="Evidence">How the new node was chosen.</param>
public sealed record MemberReplacementStarted(
    ChainName Chain, NodeId OldNode, NodeId NewNode, ReplacementReason Reason, PlacementEvidence Evidence, DateTimeOffset At);

/// <summary>The new node serves, at the old one's place in the group; the old one's subnode and data are removed from now on.</summary>
/// <param name="Group">The members from now on, in order.</param>
public sealed record MemberReplacementCompleted(ChainName Chain, NodeId OldNode, NodeId NewNode, IReadOnlyList<NodeId> Group, DateTimeOffset At);

/// <summary>A member has to be replaced and cannot be for now; tried again whenever nodes come or give slices back. Told once.</summary>
/// <param name="NewNode">Who is to take its place; null when nobody is known.</param>
public sealed record MemberReplacementDeferred(ChainName Chain, NodeId OldNode, NodeId? NewNode, ReplacementReason Reason, string Why, DateTimeOffset At);

/// <summary>A replacement that was started or deferred will not be done; the group is as before.</summary>
/// <param name="NewNode">Null when nobody was known.</param>
public sealed record MemberReplacementFailed(ChainName Chain, NodeId OldNode, NodeId? NewNode, string Why, DateTimeOffset At);

/// <summary>
/// A member has not answered until its deadline, or its node is lost. The scheduler replaces it in groups that it chose itself; in a group that the contract
/// chose, only the contract can, and somebody must look. Told once until <see cref="MemberAvailable"/> or until the member is replaced.
/// </summary>
/// <param name="PlacedByContract">The contract chose the group.</param>
public sealed record MemberUnavailable(ChainName Chain, NodeId Node, bool PlacedByContract, string Reason, DateTimeOffset At);

/// <summary>A member that was told unavailable answers again.</summary>
public sealed record MemberAvailable(ChainName Chain, NodeId Node, DateTimeOffset At);

/// <summary>The contract has rotated a chain and nothing tells to which group: the old members go on, and somebody must look. Over when a later rotation names its group.</summary>
public sealed record GroupNotFollowed(ChainName Chain, string Reason, DateTimeOffset At);

/// <summary>A rotation that was asked for will not be done.</summary>
/// <param name="Node">Who was to be replaced; null when any member.</param>
/// <param name="RequestId">As it was asked for.</param>
public sealed record ChainRotationRefused(ChainName Chain, NodeId? Node, string RequestId, string Reason, DateTimeOffset At);

/// <summary>Every chain that a leaving or incompliant node served has been moved away or removed: it can be switched off.</summary>
public sealed record NodeDrained(NodeId Node, DateTimeOffset At);

/// <summary>A leaving or incompliant node still serves chains after the time that the operator allows for it. Told once; it goes on.</summary>
public sealed record NodeDrainOverdue(NodeId Node, IReadOnlyList<ChainName> Chains, DateTimeOffset At);
