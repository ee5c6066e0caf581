using System.Diagnostics;
using Skale.Contracts;
using Skale.EventStore;

namespace Skale.Scheduler.Domain;

/// <summary>Everything the scheduler stores: under which name, in which stream, and what others may see of it.</summary>
public static partial class StoredEvents
{
    /// <summary>Names are storage format.</summary>
    public static EventTypes Types { get; } = new EventTypes()
        .Add<NodeRegistered>("node_registered")
        .Add<NodeExitStarted>("node_exit_started")
        .Add<NodeExitCompleted>("node_exit_completed")
        .Add<NodeMaintenanceChanged>("node_maintenance_changed")
        .Add<NodeComplianceChanged>("node_compliance_changed")
        .Add<NodeAddressChanged>("node_address_changed")
        .Add<ChainTypeAdded>("chain_type_added")
        .Add<ChainTypeRemoved>("chain_type_removed")
        .Add<ChainBought>("chain_bought")
        .Add<ChainDeleted>("chain_deleted")
        .Add<ChainRotated>("chain_rotated")
        .Add<RotationDelaySkipped>("rotation_delay_skipped")
        .Add<KeyCeremonyStarted>("key_ceremony_started")
        .Add<KeyShareBroadcast>("key_share_broadcast")
        .Add<KeyDataReceived>("key_data_received")
        .Add<KeyCeremonyCompleted>("key_ceremony_completed")
        .Add<KeyCeremonyFailed>("key_ceremony_failed")
        .Add<KeyComplaintSent>("key_complaint_sent")
        .Add<KeyComplaintRejected>("key_complaint_rejected")
        .Add<ConstantChanged>("constant_changed")
        .Add<IpRangeAdded>("ip_range_added")
        .Add<IpRangeRemoved>("ip_range_removed")
        .Add<ContractUpgraded>("contract_upgraded")
        .Add<ManagerVersionChanged>("manager_version_changed")
        .Add<BountyReceived>("bounty_received")
        .Add<UnmappedLogSeen>("unmapped_log_seen")
        .Add<ManagerDiffers>("manager_differs")
        .Add<ManagerDifferenceGone>("manager_difference_gone")
        .Add<NodeEnrolled>("node_enrolled")
        .Add<AssignmentRequested>("assignment_requested")
        .Add<SubnodeStarted>("subnode_started")
        .Add<SubnodeFailed>("subnode_failed")
        .Add<SubnodeRemoved>("subnode_removed")
        .Add<BackupTaken>("backup_taken")
        .Add<DataRestored>("data_restored")
        .Add<DataWiped>("data_wiped")
        .Add<SchedulerStarted>("scheduler_started")
        .Add<TimePassed>("time_passed")
        .Add<FactGapSeen>("fact_gap_seen")
        .Add<FactWithoutEffect>("fact_without_effect")
        .Add<CreationDeferred>("creation_deferred")
        .Add<CreationRefused>("creation_refused")
        .Add<GroupChosen>("group_chosen")
        .Add<ContractGroupDiffers>("contract_group_differs")
        .Add<SlicesReserved>("slices_reserved")
        .Add<SubnodeOrdered>("subnode_ordered")
        .Add<SubnodesOrdered>("subnodes_ordered")
        .Add<PeersOrdered>("peers_ordered")
        .Add<SubnodeRemovalOrdered>("subnode_removal_ordered")
        .Add<AssignmentIssued>("assignment_issued")
        .Add<SlicesReleased>("slices_released")
        .Add<CreationCompleted>("creation_completed")
        .Add<ServiceDegraded>("service_degraded")
        .Add<ServiceRestored>("service_restored")
        .Add<RemovalCompleted>("removal_completed")
        .Add<FactsRetracted>("facts_retracted")
        .Add<NodeReset>("node_reset")
        .Add<PurchaseUndone>("purchase_undone")
        .Add<DeletionUndone>("deletion_undone")
        .Add<GroupUndone>("group_undone")
        .Add<CreationRepeated>("creation_repeated")
        .Add<MachineRefused>("machine_refused")
        .Add<MachineAccepted>("machine_accepted")
        .Add<ChainRequested>("chain_requested")
        .Add<ChainRemovalRequested>("chain_removal_requested")
        .Add<NodeHoldRequested>("node_hold_requested")
        .Add<RequestRefused>("request_refused")
        .Add<ChainAdmitted>("chain_admitted")
        .Add<RemovalStarted>("removal_started")
        .Add<ExpiryNear>("expiry_near")
        .Add<NodeHoldChanged>("node_hold_changed")
        .Add<ReplacementStarted>("replacement_started")
        .Add<ReplacementCompleted>("replacement_completed")
        .Add<ReplacementDeferred>("replacement_deferred")
        .Add<ReplacementFailed>("replacement_failed")
        .Add<MemberAwaited>("member_awaited")
        .Add<MemberOverdue>("member_overdue")
        .Add<MemberRecovered>("member_recovered")
        .Add<ContractGroupUnknown>("contract_group_unknown")
        .Add<RotationRefused>("rotation_refused")
        .Add<RotationScheduled>("rotation_scheduled")
        .Add<RotationQueued>("rotation_queued")
        .Add<DrainStarted>("drain_started")
        .Add<DrainOverdue>("drain_overdue")
        .Add<DrainCompleted>("drain_completed")
        .Add<NodeSuspected>("node_suspected")
        .Add<NodeLost>("node_lost")
        .Add<NodeReturned>("node_returned")
        .Add<ChainRotationRequested>("chain_rotation_requested")
        .Add<ChainResizeRequested>("chain_resize_requested")
        .Add<NodeDrainRequested>("node_drain_requested")
        .Add<NodeDrainChanged>("node_drain_changed")
        .Add<ChainResized>("chain_resized")
        .Add<SlicesResized>("slices_resized")
        .Add<LimitsOrdered>("limits_ordered")
        .Add<ChainImageRequested>("chain_image_requested")
        .Add<ImageChangeStarted>("image_change_started")
        .Add<ImageOrdered>("image_ordered")
        .Add<ImageChangeFailed>("image_change_failed")
        .Add<ImageChangeCompleted>("image_change_completed")
        .Add<ImageChangeRolledBack>("image_change_rolled_back")
        .Add<JoinTokenRequested>("join_token_requested")
        .Add<JoinTokenIssued>("join_token_issued")
        .Add<NodeJoinRequested>("node_join_requested")
        .Add<NodeJoined>("node_joined");

    /// <summary>Whether an event was an input: the first event of a decision, from which a replay decides the rest again.</summary>
    public static bool IsInput(object stored) => stored is IFact or IReport or IRequest or ManagerDiffers or ManagerDifferenceGone or SchedulerStarted or TimePassed or FactGapSeen
        or NodeSuspected or NodeLost or NodeReturned;

    /// <summary>What an event says of several nodes at once, node by node; itself when it says nothing so.</summary>
    public static IEnumerable<object> NodeByNode(object stored) => stored switch
    {
        GroupChosen { Slots: not null } chosen => [chosen with { Slices = 0, Slots = null }, .. chosen.Reserved()],
        SubnodesOrdered several => several.Each(),
        _ => [stored],
    };

    /// <summary>The contract that a stored event is published as; null for what stays inside. Inputs are not repeated: their senders published them.</summary>
    public static object? Announce(object stored) => stored switch
    {
        CreationDeferred e => new ChainDeferred(e.Chain, e.Reason, e.Deadline, e.At),
        CreationRefused e => new ChainRefused(e.Chain, e.Reason, e.At),
        GroupChosen e => new ChainPlaced(e.Chain, e.Group, e.Evidence, e.At),
        SubnodesOrdered e => new StartSubnodes(e.Subnode, e.Orders, e.Peers, e.At),
        SubnodeOrdered e => new StartSubnode(e.Node, e.Generation, e.Subnode, e.At),
        PeersOrdered e => new StartSubnode(e.Node, e.Generation, e.Subnode, e.At),
        LimitsOrdered e => new StartSubnode(e.Node, e.Generation, e.Subnode, e.At),
        ImageOrdered e => new StartSubnode(e.Node, e.Generation, e.Subnode, e.At),
        SubnodeRemovalOrdered e => new RemoveSubnode(e.Node, e.Generation, e.Chain, e.At),
        AssignmentIssued e => new AssignNode(e.Node, e.Generation, e.Subnodes, e.Removals, e.At),
        CreationCompleted e => new ChainActivated(e.Chain, e.At),
        ServiceDegraded e => new ChainDegraded(e.Chain, e.Node, e.Reason, e.At),
        ServiceRestored e => new ChainActivated(e.Chain, e.At),
        RemovalCompleted e => new ChainRemoved(e.Chain, e.At),
        DeletionUndone { DataLostOn.Count: > 0 } e => new ChainDataLost(e.Chain, e.DataLostOn, "the chain's deletion was retracted after its data was ordered to be destroyed", e.At),
        GroupUndone { DataLostOn.Count: > 0 } e => new ChainDataLost(e.Chain, e.DataLostOn, e.Reason, e.At),
        ReplacementStarted e => new MemberReplacementStarted(e.Chain, e.OldNode, e.NewNode, e.Reason, e.Evidence, e.At),
        ReplacementCompleted e => new MemberReplacementCompleted(e.Chain, e.OldNode, e.NewNode, e.Group, e.At),
        ReplacementDeferred e => new MemberReplacementDeferred(e.Chain, e.OldNode, e.NewNode, e.Reason, e.Why, e.At),
        ReplacementFailed e => new MemberReplacementFailed(e.Chain, e.OldNode, e.NewNode, e.Why, e.At),
        MemberOverdue e => new MemberUnavailable(e.Chain, e.Node, e.PlacedByContract, e.Reason, e.At),
        MemberRecovered e => new MemberAvailable(e.Chain, e.Node, e.At),
        ContractGroupUnknown e => new GroupNotFollowed(e.Chain, e.Reason, e.At),
        RotationRefused { RequestId: { } request } e => new ChainRotationRefused(e.Chain, e.Node, request, e.Reason, e.At),
        ImageChangeCompleted e => new ChainImageChanged(e.Chain, e.Image, e.At),
        ImageChangeFailed e => new ChainImageChangeFailed(e.Chain, e.To, e.From, e.Node, e.Reason, e.At),
        ImageChangeStarted or ImageChangeRolledBack => null,
        DrainOverdue e => new NodeDrainOverdue(e.Node, e.Chains, e.At),
        NodeLost e => new NodeUnreachable(e.Node, e.SilentSince, e.At),
        NodeReturned e => new NodeReachable(e.Node, e.At),
        DrainCompleted e => new NodeDrained(e.Node, e.At),
        MemberAwaited or RotationRefused or RotationScheduled or RotationQueued or DrainStarted or NodeSuspected => null,
        SchedulerStarted e => new ResendFacts(e.Network, e.AfterFact, e.At),
        FactGapSeen e => new ResendFacts(e.Network, e.AfterFact, e.At),
        IFact or IReport or ManagerDiffers or ManagerDifferenceGone or TimePassed or SlicesReserved or SlicesReleased or NodeReset or PurchaseUndone or DeletionUndone or GroupUndone or CreationRepeated or ContractGroupDiffers => null,
        ExpiryNear e => new ChainExpiring(e.Chain, e.ExpiresAt, e.At),
        MachineRefused or MachineAccepted or IRequest or RequestRefused or ChainAdmitted or RemovalStarted or NodeHoldChanged or NodeDrainChanged or JoinTokenIssued or NodeJoined or ChainResized or SlicesResized => null,
        _ => throw new UnreachableException($"No announcement decided for stored event {stored.GetType().Name}."),
    };
}
