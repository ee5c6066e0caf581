using Skale.Contracts;

namespace Skale.Scheduler.Domain;

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
/// <param name="Told">The order as it was given, to it alone or to several at once; null before.</param>
/// <param name="LastReport">Number of the last report of how it fares; older ones are dropped.</param>
public sealed record Member(NodeId Node, int Slot, MemberPhase Phase, Subnode? Told, string? Reason, long LastReport)
{
    /// <summary>One whose slices are held, and no more.</summary>
    internal static Member Of(SlicesReserved e) => new(e.Node, e.Slot, MemberPhase.Reserved, null, null, 0);

    /// <summary>What it is to run; null before the first order. Made when it is asked for: what several were told at once they hold as one.</summary>
    public Subnode? Subnode
    {
        get => Share.All is { } all ? Share.Of(Told!, Slot, Peering.Of(all, Node)) : Told;
        init => (Told, Share) = (value, default);
    }

    /// <summary>Of an order to several at once, what is this one's; nothing of an order to it alone.</summary>
    internal MemberShare Share { get; init; }

    /// <summary>The node's, as of the order; null before the first.</summary>
    public long? Generation => Share.All is null ? Told?.Generation : Share.Generation;

    public bool HasOrder => Phase is MemberPhase.Ordered or MemberPhase.Running or MemberPhase.Failing;

    /// <summary>Until when it must answer; null when it does, when it is overdue, and where no policy says so.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>It has not answered until its deadline, or its node is lost.</summary>
    public bool Overdue { get; init; }

    /// <summary>Its agent was told other limits and has not confirmed them.</summary>
    public bool AwaitsLimits { get; init; }

    /// <summary>Its agent was told another image, and has not said since that it runs.</summary>
    public bool AwaitsImage { get; init; }

    public bool Serves => Phase == MemberPhase.Running && !Overdue;
}

/// <summary>What one member was told that others were not: a subnode of its own for each would be most of what a network holds.</summary>
/// <param name="All">Everybody its peers are taken from, itself among them; null when it was ordered alone.</param>
internal readonly record struct MemberShare(Reach[]? All, long Generation, int FirstPort, SliceLimits? Limits)
{
    /// <summary>What it is to run.</summary>
    /// <param name="told">What all were told.</param>
    public Subnode Of(Subnode told, int slot, IReadOnlyList<Peer>? peers) =>
        told with { Slot = slot, FirstPort = FirstPort, Limits = Limits!, Generation = Generation, Peers = peers };
}
