using System.Collections.Immutable;
using Skale.Contracts;

namespace Skale.Scheduler.Domain;

/// <summary>The phases of a chain's life.</summary>
public enum ChainPhase
{
    /// <summary>Bought, nodes not chosen yet.</summary>
    Requested,

    /// <summary>Waits for nodes.</summary>
    Deferred,

    /// <summary>Nodes chosen, not all answering yet.</summary>
    Creating,

    Active,

    /// <summary>Was active; a member does not answer.</summary>
    Degraded,

    /// <summary>Deleted on-chain, or what it stands on was retracted; clean-up not confirmed everywhere.</summary>
    Removing,

    Removed,
    Refused,
}

/// <summary>How far one member's subnode is.</summary>
public enum MemberPhase
{
    Reserved,
    Ordered,
    Running,
    Failing,
    RemovalOrdered,
}

/// <summary>One node of a chain's group.</summary>
/// <param name="Subnode">The order as it was given; null before.</param>
/// <param name="LastReport">Number of the last report about it; older ones are dropped.</param>
public sealed record Member(NodeId Node, int Slot, MemberPhase Phase, Subnode? Subnode, string? Reason, long LastReport)
{
    public bool HasOrder => Phase is MemberPhase.Ordered or MemberPhase.Running or MemberPhase.Failing;
}

/// <summary>A chain and the group of nodes that serves it.</summary>
/// <param name="Requested">Members as named by the contract; null when the scheduler chooses.</param>
/// <param name="Group">Members in order, once chosen.</param>
/// <param name="Members">Those that still hold slices, by node.</param>
/// <param name="Deadline">Until when a deferred chain waits.</param>
public sealed record Chain(
    ChainName Name, string Hash, string Owner, int Slices, int GroupSize, FactOrigin Origin, IReadOnlyList<NodeId>? Requested, ChainPhase Phase,
    ImmutableArray<NodeId> Group, ImmutableSortedDictionary<NodeId, Member> Members, DateTimeOffset? Deadline)
{
    /// <summary>Chain id of its EVM: the first 13 hex digits (52 bits) of the hash (skale-facts 1.7).</summary>
    public long EvmChainId => Convert.ToInt64(Hash.Substring(2, 13), 16);

    /// <summary>The purchase that stands: the one this is about, or a later one of the same name that waits for this to be gone; null when it was retracted.</summary>
    public ChainBought? Wanted { get; init; }

    /// <summary>What came of computing the contract's choice again when it was told; null when the scheduler chooses.</summary>
    public Recomputation? Recomputed { get; init; }

    /// <summary>The deletion of what is wanted stands.</summary>
    public bool Deleted { get; init; }

    /// <summary>Nodes that were ordered to destroy its data.</summary>
    public ImmutableSortedSet<NodeId> DataLost { get; init; } = [];

    /// <summary>Number of the last fact when it was refused.</summary>
    public long RefusedAfter { get; init; }

    /// <summary>A chain that was just bought.</summary>
    public static Chain Of(ChainBought e) => new(
        e.Chain, e.ChainHash, e.Owner, e.Slices, e.GroupSize, e.Origin, e.Group, ChainPhase.Requested, [], ImmutableSortedDictionary<NodeId, Member>.Empty, null)
    {
        Wanted = e,
    };

    public bool AllRunning => Members.Count == Group.Length && Members.Values.All(m => m.Phase == MemberPhase.Running);

    public Chain WithMember(NodeId node, Func<Member, Member> change) =>
        this with { Members = Members.SetItem(node, change(Members[node])) };
}
