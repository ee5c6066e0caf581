using System.Collections.Immutable;
using Skale.Contracts;
using Skale.EventStore;

namespace Skale.Metrics.Domain;

/// <summary>Folds the scheduler's log into a <see cref="NetworkView"/>. Total: whatever the log holds, the view goes on and says what it could not read.</summary>
public static class NetworkFold
{
    public static NetworkView Evolve(NetworkView view, Recorded e)
    {
        view = view with { Position = e.Position, LastEventAt = e.At };
        if (e.Content is null)
        {
            var before = view.Unread.GetValueOrDefault(e.Stored.Type);
            return view with { Unread = view.Unread.SetItem(e.Stored.Type, new Unread((before?.Count ?? 0) + 1, e.Position, e.Fault ?? "no reason given")) };
        }

        if (e.Content is IFact fact)
        {
            view = view with { LastFact = new FactView(fact.Origin.Number, fact.Origin.BlockNumber, fact.Origin.BlockTime, e.At) };
        }

        return Node(view, e.Content, e.At);
    }

    private static NetworkView Node(NetworkView view, object content, DateTimeOffset at) => content switch
    {
        NodeRegistered e => Register(view, e, at),
        NodeExitStarted e => view.Change(e.Node, n => n with { Standing = NodeStanding.Leaving }),
        NodeExitCompleted e => view.Change(e.Node, n => n with { Standing = NodeStanding.Left }),
        NodeMaintenanceChanged e => view.Change(e.Node, n => n with { InMaintenance = e.InMaintenance }),
        NodeComplianceChanged e => view.Change(e.Node, n => n with { Compliant = e.Compliant }),
        NodeAddressChanged e => view.Change(e.Node, n => n with { Ip = e.NewIp }),
        NodeReset e => view.Change(e.Node, n => n with { Standing = e.Standing, InMaintenance = e.InMaintenance, Compliant = e.Compliant, Ip = e.Ip }),
        NodeEnrolled e when !view.Nodes.ContainsKey(e.Node) => view with { EarlyEnrolments = view.EarlyEnrolments.SetItem(e.Node, e) },
        NodeEnrolled e => ChainFold.Enrol(view.Change(e.Node, n => n.Heard(at, e.Generation) with { Machine = e.Machine }), e, at),
        NodeHoldChanged e => view.Change(e.Node, n => n with { Held = e.Held }),
        NodeDrainChanged e => view.Change(e.Node, n => n with { Draining = e.Drain }),
        SlicesResized e => view.Change(e.Node, n => n.Resize(e.Chain, e.After)),
        LimitsOrdered e => ChainFold.Evolve(view.Change(e.Node, n => n with { Generation = e.Generation }), e, at),
        ImageOrdered e => ChainFold.Evolve(view.Change(e.Node, n => n with { Generation = e.Generation }), e, at),
        MachineRefused e => view.Change(e.Node, n => n with { Refusal = e.Reason }),
        MachineAccepted e => view.Change(e.Node, n => n with { Refusal = null }),
        AssignmentRequested e => view.Change(e.Node, n => n.Heard(at, e.Generation)),
        AssignmentIssued e => view.Change(e.Node, n => n with { Generation = e.Generation }),
        GroupChosen e => e.Reserved().Aggregate(ChainFold.Evolve(view, e, at), (v, reserved) => Node(v, reserved, at)),
        SlicesReserved e => ChainFold.Reserve(
            view.Change(e.Node, n => n with { Reservations = n.Reservations.SetItem(e.Slot, new ReservationView(e.Chain, e.Slices, e.Slot)) }), e, at),
        SlicesReleased e => ChainFold.Release(view.Change(e.Node, n => n.Release(e.Chain)), e, at),
        SubnodeOrdered e => ChainFold.Evolve(view.Change(e.Node, n => n with { Generation = e.Generation }), e, at),
        SubnodesOrdered e => e.Each().Aggregate(view, (v, order) => Node(v, order, at)),
        PeersOrdered e => ChainFold.Evolve(view.Change(e.Node, n => n with { Generation = e.Generation }), e, at),
        SubnodeRemovalOrdered e => ChainFold.Evolve(view.Change(e.Node, n => n with { Generation = e.Generation }), e, at),
        SubnodeStarted e => ChainFold.Evolve(view.Change(e.Node, n => n.Heard(at, e.Generation)), e, at),
        SubnodeFailed e => ChainFold.Evolve(view.Change(e.Node, n => n.Heard(at, e.Generation)), e, at),
        SubnodeRemoved e => view.Change(e.Node, n => n.Heard(at, e.Generation)),
        BackupTaken e => view.Change(e.Node, n => n.Heard(at, e.Generation)),
        DataRestored e => view.Change(e.Node, n => n.Heard(at, e.Generation)),
        DataWiped e => view.Change(e.Node, n => n.Heard(at, e.Generation)),
        SchedulerStarted e => view with { Network = e.Network, Policy = e.Policy },
        ManagerDiffers e => view with { Differences = view.Differences.SetItem((e.Subject, e.What), e) },
        ManagerDifferenceGone e => view with { Differences = view.Differences.Remove((e.Subject, e.What)) },
        UnmappedLogSeen => view with { UnmappedLogs = view.UnmappedLogs + 1 },
        NodeSuspected e => view.Change(e.Node, n => n with { SilentSince = e.SilentSince }),
        NodeLost e => view.Change(e.Node, n => n with { SilentSince = e.SilentSince }),
        NodeReturned e => view.Change(e.Node, n => n with { SilentSince = null }),
        DrainStarted or DrainOverdue or DrainCompleted => view,
        // Told in the feed and in histories; they change nothing that is shown.
        FactsRetracted or ChainTypeAdded or ChainTypeRemoved or TimePassed or FactGapSeen or FactWithoutEffect or ContractGroupDiffers or RelaySkipped => view,
        ChainRequested or ChainRemovalRequested or NodeHoldRequested or ChainRotationRequested or ChainResizeRequested or ChainImageRequested or NodeDrainRequested or RequestRefused or ExpiryNear => view,
        JoinTokenRequested or JoinTokenIssued or NodeJoinRequested or NodeJoined => view,
        ChainRotated or RotationDelaySkipped or KeyCeremonyStarted or KeyShareBroadcast or KeyDataReceived or KeyCeremonyCompleted or KeyCeremonyFailed => view,
        KeyComplaintSent or KeyComplaintRejected or ConstantChanged or IpRangeAdded or IpRangeRemoved or ContractUpgraded or ManagerVersionChanged or BountyReceived => view,
        _ => ChainFold.Evolve(view, content, at),
    };

    private static NetworkView Register(NetworkView view, NodeRegistered e, DateTimeOffset at)
    {
        var early = view.EarlyEnrolments.GetValueOrDefault(e.Node);
        var node = new NodeView(
            e.Node, e.Name, e.Owner, e.Ip, e.PublicIp, e.Port, e.DomainName, NodeStanding.Active, false, true, early?.Machine, 0, early?.Generation ?? 0, at,
            early is null ? null : at, ImmutableSortedDictionary<int, ReservationView>.Empty);
        if (view.Nodes.TryGetValue(e.Node, out var known))
        {
            // Its first registration was retracted: the agent is the same, and so is what it has to remove.
            node = node with { Machine = known.Machine, Generation = known.Generation, AgentGeneration = known.AgentGeneration, LastReportAt = known.LastReportAt, Reservations = known.Reservations, Refusal = known.Refusal, Held = known.Held, Draining = known.Draining };
        }

        return view with { Nodes = view.Nodes.SetItem(e.Node, node), EarlyEnrolments = view.EarlyEnrolments.Remove(e.Node) };
    }
}
