using System.Collections.Immutable;
using Skale.Contracts;

namespace Skale.Metrics.Domain;

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

    /// <summary>Deleted on-chain; clean-up not confirmed everywhere.</summary>
    Removing,

    Removed,
    Refused,
}

/// <summary>How one member of a group fares.</summary>
public enum MemberCondition
{
    /// <summary>Slices are held; no order yet, because no agent has enrolled.</summary>
    Reserved,

    /// <summary>Ordered, not yet answering.</summary>
    Starting,

    Running,
    Failing,

    /// <summary>Ordered to end; not confirmed.</summary>
    Removing,

    /// <summary>Its slices are free again.</summary>
    Released,
}

/// <summary>One node of a chain's group.</summary>
/// <param name="Generation">Of the last order about it; 0 before the first.</param>
/// <param name="Endpoint">URL of its JSON-RPC endpoint; as its agent last said; null before it first ran.</param>
/// <param name="Reason">Why it fails; null when it does not.</param>
/// <param name="Unenforced">Limits its host cannot enforce.</param>
/// <param name="Since">Since when it is in this condition.</param>
public sealed record MemberView(
    NodeId Node, int Slot, MemberCondition Condition, long Generation, long LastReport, string? Endpoint, string? Reason, string? ContainerId,
    string? ImageDigest, IReadOnlyList<string> Unenforced, DateTimeOffset Since)
{
    /// <summary>Why it is overdue; null when it is not.</summary>
    public string? Overdue { get; init; }

    /// <summary>Where what runs comes from; null while nothing runs, or when its agent did not tell.</summary>
    public ImageOrigin? Image { get; init; }

    /// <summary>What ran beside the main container when it was last told; null for nothing.</summary>
    public IReadOnlyList<RunningSidecar>? Sidecars { get; init; }
}

/// <summary>A member that is to be replaced.</summary>
/// <param name="New">Null when nobody is known.</param>
/// <param name="Waiting">Why it cannot be for now; null when it is under way.</param>
public sealed record ReplacementView(NodeId Old, NodeId? New, string? Waiting);

/// <summary>Members of a chain get another image, one after the other.</summary>
/// <param name="Failure">Why it was stopped, and they go back; null while it goes on.</param>
public sealed record ImageChangeView(string From, string To, string? Failure);

/// <summary>Why and until when a chain waits for nodes.</summary>
public sealed record WaitView(string Reason, DateTimeOffset Deadline);

/// <summary>A chain and the group of nodes that serves it, as the log tells of it.</summary>
/// <param name="Group">Members in order, once chosen.</param>
/// <param name="Members">By node; those that gave their slices back stay, as released.</param>
/// <param name="Waiting">Only while deferred.</param>
/// <param name="Reason">Why it is refused or degraded; null otherwise.</param>
/// <param name="BlockNumber">Of the purchase.</param>
/// <param name="Since">Since when it is in this phase.</param>
public sealed record ChainView(
    ChainName Name, string Hash, string Owner, int Slices, int GroupSize, TimeSpan Lifetime, bool NamedByContract, ChainPhase Phase, ImmutableArray<NodeId> Group,
    ImmutableSortedDictionary<NodeId, MemberView> Members, PlacementEvidence? Evidence, WaitView? Waiting, string? Reason, long BlockNumber,
    DateTimeOffset BoughtAt, DateTimeOffset? PlacedAt, DateTimeOffset? ActivatedAt, DateTimeOffset? RemovedAt, DateTimeOffset Since)
{
    /// <summary>Chain id of its EVM: the first 13 hex digits (52 bits) of the hash; null when the hash is not one.</summary>
    public long? EvmChainId { get; } =
        Hash.Length >= 15 && long.TryParse(Hash.AsSpan(2, 13), System.Globalization.NumberStyles.AllowHexSpecifier, null, out var id) ? id : null;

    /// <summary>Null when no member is to be replaced.</summary>
    public ReplacementView? Replacement { get; init; }

    /// <summary>Null when none is under way.</summary>
    public ImageChangeView? ImageChange { get; init; }

    /// <summary>Why the contract's last rotation cannot be followed; null when there is no such.</summary>
    public string? NotFollowed { get; init; }

    /// <summary>Still of interest to an operator: neither gone nor refused.</summary>
    public bool IsLive => Phase is not (ChainPhase.Removed or ChainPhase.Refused);

    /// <summary>A colour that is the same everywhere and for ever: degrees on the colour wheel, from the hash.</summary>
    public int Hue => EvmChainId is { } id ? (int)(id % 360) : 0;

    /// <summary>0, 1 or 2: tells chains of similar <see cref="Hue"/> apart; as stable as that.</summary>
    public int Shade => EvmChainId is { } id ? (int)(id / 360 % 3) : 0;

    internal ChainView Enter(ChainPhase phase, DateTimeOffset at) => this with
    {
        Phase = phase,
        Since = at,
        Waiting = null,
        Reason = null,
        ImageChange = phase == ChainPhase.Removing ? null : ImageChange,
    };

    internal ChainView WithMember(NodeId node, Func<MemberView, MemberView> change) =>
        Members.TryGetValue(node, out var member) ? this with { Members = Members.SetItem(node, change(member)) } : this;
}
