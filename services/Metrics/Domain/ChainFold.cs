using System.Collections.Immutable;
using System.Diagnostics;
using Skale.Contracts;

namespace Skale.Metrics.Domain;

/// <summary>Folds the events of chains and their members.</summary>
internal static class ChainFold
{
    public static NetworkView Evolve(NetworkView view, object content, DateTimeOffset at) => content switch
    {
        ChainBought e => view with { Chains = view.Chains.SetItem(e.Chain, Bought(e, at)) },
        ChainAdmitted e => view with { Chains = view.Chains.SetItem(e.Chain, Admitted(e, at)) },
        RemovalStarted e => view.Change(e.Chain, c => c.Enter(ChainPhase.Removing, at) with { Reason = e.Reason }),
        CreationDeferred e => view.Change(e.Chain, c => c.Enter(ChainPhase.Deferred, at) with { Waiting = new WaitView(e.Reason, e.Deadline) }),
        CreationRefused e => view.Change(e.Chain, c => c.Enter(ChainPhase.Refused, at) with { Reason = e.Reason }),
        GroupChosen e => view.Change(e.Chain, c => c.Enter(ChainPhase.Creating, at) with { Group = [.. e.Group], Evidence = e.Evidence, PlacedAt = at }),
        SubnodeOrdered e => view.Change(e.Chain, c => c.WithMember(e.Node, m => Starting(m, at) with { Generation = e.Generation, Endpoint = null })),
        PeersOrdered e => view.Change(e.Chain, c => c.WithMember(e.Node, m => m with { Generation = e.Generation })),
        LimitsOrdered e => view.Change(e.Chain, c => c.WithMember(e.Node, m => m with { Generation = e.Generation })),
        ImageOrdered e => view.Change(e.Chain, c => c.WithMember(e.Node, m => Starting(m, at) with { Generation = e.Generation, Endpoint = null })),
        ImageChangeStarted e => view.Change(e.Chain, c => c with { ImageChange = new(e.From, e.To, null) }),
        ImageChangeFailed e => view.Change(e.Chain, c => c with { ImageChange = new(e.From, e.To, $"node {e.Node}: {e.Reason}") }),
        ImageChangeCompleted e => view.Change(e.Chain, c => c with { ImageChange = null }),
        ImageChangeRolledBack e => view.Change(e.Chain, c => c with { ImageChange = null }),
        ChainResized e => view.Change(e.Chain, c => c with { Slices = e.After }),
        SubnodeStarted e => view.Change(e.Chain, c => c.WithMember(e.Node, m => Started(m, e, at))),
        SubnodeFailed e => view.Change(e.Chain, c => c.WithMember(e.Node, m => Failing(m, e.Reason, at) with { LastReport = e.Report })),
        SubnodeRemovalOrdered e => view.Change(e.Chain, c => c.WithMember(
            e.Node, m => m with { Condition = MemberCondition.Removing, Generation = e.Generation, Endpoint = null, Reason = null, Overdue = null, Since = at })),
        CreationCompleted e => view.Change(e.Chain, c => c.Enter(ChainPhase.Active, at) with { ActivatedAt = c.ActivatedAt ?? at }),
        ServiceDegraded e => view.Change(e.Chain, c => c.Enter(ChainPhase.Degraded, at) with { Reason = $"node {e.Node}: {e.Reason}" }),
        ServiceRestored e => view.Change(e.Chain, c => c.Enter(ChainPhase.Active, at)),
        ChainDeleted e => view.Change(e.Chain, c => c.Enter(ChainPhase.Removing, at) with { Replacement = null }),
        RemovalCompleted e => view.Change(e.Chain, c => c.Enter(ChainPhase.Removed, at) with { RemovedAt = at }),
        PurchaseUndone e => view.Change(e.Chain, c => c.Enter(ChainPhase.Removing, at) with { Replacement = null, Reason = "its purchase was retracted" }),
        DeletionUndone => view,
        GroupUndone e => view.Change(e.Chain, c => c.Enter(ChainPhase.Removing, at) with { Replacement = null, Reason = e.Reason }),
        CreationRepeated e => view.Change(e.Chain, c => c.Enter(ChainPhase.Requested, at) with
        {
            Group = [],
            Members = ImmutableSortedDictionary<NodeId, MemberView>.Empty,
            Evidence = null,
            PlacedAt = null,
            ActivatedAt = null,
            Replacement = null,
            NotFollowed = null,
            RemovedAt = null,
        }),
        ReplacementStarted e => view.Change(e.Chain, c => c with { Replacement = new(e.OldNode, e.NewNode, null), NotFollowed = null }),
        ReplacementCompleted e => view.Change(e.Chain, c => c with { Group = [.. e.Group], Replacement = null }),
        ReplacementDeferred e => view.Change(e.Chain, c => c with { Replacement = new(e.OldNode, e.NewNode, e.Why) }),
        ReplacementFailed e => view.Change(e.Chain, c => c with { Replacement = null }),
        MemberOverdue e => view.Change(e.Chain, c => c.WithMember(e.Node, m => m with { Overdue = e.Reason })),
        MemberRecovered e => view.Change(e.Chain, c => c.WithMember(e.Node, m => m with { Overdue = null })),
        ContractGroupUnknown e => view.Change(e.Chain, c => c with { NotFollowed = e.Reason }),
        MemberAwaited or RotationRefused or RotationScheduled or RotationQueued => view,
        _ => throw new UnreachableException($"No fold for {content.GetType().Name}."),
    };

    public static NetworkView Reserve(NetworkView view, SlicesReserved e, DateTimeOffset at) => view.Change(e.Chain, c => c with
    {
        Members = c.Members.SetItem(e.Node, new MemberView(e.Node, e.Slot, MemberCondition.Reserved, 0, 0, null, null, null, null, [], at)),
    });

    public static NetworkView Release(NetworkView view, SlicesReleased e, DateTimeOffset at) =>
        view.Change(e.Chain, c => c.WithMember(e.Node, m => m with { Condition = MemberCondition.Released, Endpoint = null, Reason = null, Since = at }));

    /// <summary>What an agent says at its start replaces what was known of its subnodes, but not an order to remove, nor what a later report said.</summary>
    public static NetworkView Enrol(NetworkView view, NodeEnrolled e, DateTimeOffset at)
    {
        foreach (var reservation in view.Nodes[e.Node].Reservations.Values)
        {
            var status = e.Subnodes.FirstOrDefault(s => s.Chain == reservation.Chain);
            view = view.Change(reservation.Chain, c => c.WithMember(e.Node, m => m.LastReport > e.Report ? m : Seen(m, status, at) with { LastReport = e.Report }));
        }

        return view;
    }

    private static MemberView Seen(MemberView member, SubnodeStatus? status, DateTimeOffset at) => (member.Condition, status?.Condition) switch
    {
        (MemberCondition.Reserved or MemberCondition.Removing or MemberCondition.Released, _) => member,
        (MemberCondition.Running, SubnodeCondition.Running) => member,
        (_, SubnodeCondition.Running) => member with { Condition = MemberCondition.Running, Reason = null, Since = at },
        (_, SubnodeCondition.Failing) => Failing(member, status!.Reason ?? "no reason given", at),
        _ => Starting(member, at),
    };

    private static MemberView Starting(MemberView member, DateTimeOffset at) =>
        member with { Condition = MemberCondition.Starting, Reason = null, Since = member.Condition == MemberCondition.Starting ? member.Since : at };

    private static MemberView Failing(MemberView member, string reason, DateTimeOffset at) => member with
    {
        Condition = MemberCondition.Failing,
        Reason = reason,
        Since = member.Condition == MemberCondition.Failing ? member.Since : at,
    };

    private static MemberView Started(MemberView member, SubnodeStarted e, DateTimeOffset at) => member with
    {
        Condition = MemberCondition.Running,
        Reason = null,
        LastReport = e.Report,
        Endpoint = e.Endpoint,
        ContainerId = e.ContainerId,
        ImageDigest = e.ImageDigest,
        Image = e.Image,
        Sidecars = e.Sidecars,
        Unenforced = e.Unenforced,
        Since = member.Condition == MemberCondition.Running ? member.Since : at,
    };

    private static ChainView Admitted(ChainAdmitted e, DateTimeOffset at) => new(
        e.Chain, e.ChainHash, e.Owner, e.Slices, e.GroupSize, (e.ExpiresAt - e.At) ?? TimeSpan.Zero, false, ChainPhase.Requested, [],
        ImmutableSortedDictionary<NodeId, MemberView>.Empty, null, null, null, 0, at, null, null, null, at);

    private static ChainView Bought(ChainBought e, DateTimeOffset at) => new(
        e.Chain, e.ChainHash, e.Owner, e.Slices, e.GroupSize, e.Lifetime, e.Group is not null, ChainPhase.Requested, [],
        ImmutableSortedDictionary<NodeId, MemberView>.Empty, null, null, null, e.Origin.BlockNumber, at, null, null, null, at);
}
