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

/// <summary>One place in the group that the contract names.</summary>
/// <param name="Node">Null for a hole: nobody is named.</param>
/// <param name="Fact">Number of the fact that named it.</param>
/// <param name="Recomputed">What came of computing the choice again that put it there; null when it was there from the beginning.</param>
public readonly record struct Seat(NodeId? Node, long Fact, Recomputation? Recomputed);

/// <summary>The replacement under way: at most one per chain.</summary>
/// <param name="Seat">Place in the group, from 0.</param>
public sealed record Underway(int Seat, NodeId Old, NodeId New, ReplacementReason Reason)
{
    /// <summary>The requests for rotation that it serves.</summary>
    public ImmutableArray<string> Requests { get; init; } = [];
}

/// <summary>A replacement that cannot begin for now.</summary>
public sealed record Stall(NodeId Old, NodeId? New, DateTimeOffset Since);

/// <summary>A rotation that waits for its turn.</summary>
/// <param name="RequestId">Null on schedule.</param>
public sealed record Demand(NodeId Node, ReplacementReason Reason, string? RequestId);

/// <summary>A chain and the group of nodes that serves it.</summary>
/// <param name="Group">Members in order, once chosen.</param>
/// <param name="Members">Those that still hold slices, by node.</param>
/// <param name="Deadline">Until when a deferred chain waits.</param>
public sealed record Chain(
    ChainName Name, string Hash, string Owner, int Slices, int GroupSize, FactOrigin Origin, ChainPhase Phase,
    ImmutableArray<NodeId> Group, SmallDictionary<NodeId, Member> Members, DateTimeOffset? Deadline)
{
    // Asked for whenever the chain changes, which for the most part is no change of this.
    private readonly DateTimeOffset? firstOfMembers = FirstOf(Members);

    public SmallDictionary<NodeId, Member> Members
    {
        get;
        init => (field, firstOfMembers) = (value, FirstOf(value));
    } = Members;

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
        e.Chain, e.ChainHash, e.Owner, e.Slices, e.GroupSize, e.Origin, ChainPhase.Requested, [], SmallDictionary.Empty<NodeId, Member>(), null)
    {
        Wanted = e,
        Told = ContractGroup.Of(e),
    };

    /// <summary>What it was admitted with; null when it was bought in the contract.</summary>
    public ChainTerms? Terms { get; init; }

    /// <summary>What it runs by a profile for chains of the contract, as of when its group was chosen; null for the policy's image alone.</summary>
    public ChainKit? Kit { get; init; }

    /// <summary>Of every subnode; null for none.</summary>
    public IReadOnlyList<Sidecar>? Sidecars => Terms is null ? Kit?.Sidecars : Terms.Sidecars;

    /// <summary>Of every subnode; null for none.</summary>
    public IReadOnlyList<DataPart>? DataParts => Terms is null ? Kit?.DataParts : Terms.DataParts;

    /// <summary>Position of the last event that changed it, among the scheduler's own.</summary>
    public long Version { get; init; }

    /// <summary>Its nodes take no other owner's chains.</summary>
    public bool Dedicated => Terms?.Dedicated ?? false;

    /// <summary>The group as the contract names it now; null when the scheduler chooses.</summary>
    public IReadOnlyList<Seat>? Told { get; init; }

    /// <summary>The contract's count of the chain's rotations, as last told; null before.</summary>
    public long? RotationCounter { get; init; }

    public Underway? Underway { get; init; }

    public Stall? Stalled { get; init; }

    /// <summary>Rotations that wait, in the order in which they were asked for or fell due.</summary>
    public ImmutableList<Demand> Demands { get; init; } = [];

    /// <summary>What an operator had it changed to; null when nobody has: that of its terms or of the policy.</summary>
    public string? Image { get; init; }

    public ImageChange? ImageChange { get; init; }

    /// <summary>Nodes that failed the chain: they are not drawn for it again.</summary>
    public ImmutableSortedSet<NodeId> Barred { get; init; } = [];

    /// <summary>How often something was drawn for the chain since its group was chosen.</summary>
    public int Draws { get; init; }

    /// <summary>When it is rotated next; null when no policy says so.</summary>
    public DateTimeOffset? RotationDue { get; init; }

    public bool HasGroup => Phase is ChainPhase.Creating or ChainPhase.Active or ChainPhase.Degraded;

    /// <summary>When something follows from time alone; null when nothing does.</summary>
    public DateTimeOffset? NextDeadline => Earlier(HasGroup ? Earlier(firstOfMembers, RotationDue) : Deadline, Expiry.Next(this));

    /// <summary>The first member that does not serve; null when all do.</summary>
    public Member? FirstAbsent() => Group.Select(n => Members[n]).FirstOrDefault(m => !m.Serves);

    public Chain WithMember(NodeId node, Func<Member, Member> change) =>
        this with { Members = Members.Replace(node, change(Members[node])) };

    private static DateTimeOffset? FirstOf(SmallDictionary<NodeId, Member> members)
    {
        DateTimeOffset? first = null;
        foreach (var member in members.Values)
        {
            first = Earlier(first, member.Deadline);
        }

        return first;
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other : one;
}
