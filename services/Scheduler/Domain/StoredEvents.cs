using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Skale.Contracts;
using Skale.EventStore;

namespace Skale.Scheduler.Domain;

/// <summary>Everything the scheduler stores: under which name, in which stream, and what others may see of it.</summary>
public static class StoredEvents
{
    private const int LongestKey = 200;

    /// <summary>The stream of what concerns neither one chain nor one node.</summary>
    private const string Whole = "network";

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
        .Add<NodeEnrolled>("node_enrolled")
        .Add<AssignmentRequested>("assignment_requested")
        .Add<SubnodeStarted>("subnode_started")
        .Add<SubnodeFailed>("subnode_failed")
        .Add<SubnodeRemoved>("subnode_removed")
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
        .Add<CreationRepeated>("creation_repeated");

    /// <summary>Whether an event was an input: the first event of a decision, from which a replay decides the rest again.</summary>
    public static bool IsInput(object stored) => stored is IFact or IReport or SchedulerStarted or TimePassed or FactGapSeen;

    /// <summary>What a member of the group goes through is told in the chain's stream; what a node holds and does, in the node's.</summary>
    public static string StreamOf(object stored) => stored switch
    {
        ChainBought e => Chain(e.Chain),
        ChainDeleted e => Chain(e.Chain),
        CreationDeferred e => Chain(e.Chain),
        CreationRefused e => Chain(e.Chain),
        GroupChosen e => Chain(e.Chain),
        ContractGroupDiffers e => Chain(e.Chain),
        CreationCompleted e => Chain(e.Chain),
        ServiceDegraded e => Chain(e.Chain),
        ServiceRestored e => Chain(e.Chain),
        RemovalCompleted e => Chain(e.Chain),
        PurchaseUndone e => Chain(e.Chain),
        DeletionUndone e => Chain(e.Chain),
        GroupUndone e => Chain(e.Chain),
        CreationRepeated e => Chain(e.Chain),
        SubnodeOrdered e => Chain(e.Chain),
        SubnodeStarted e => Chain(e.Chain),
        SubnodeFailed e => Chain(e.Chain),
        SubnodeRemovalOrdered e => Chain(e.Chain),
        SubnodeRemoved e => Chain(e.Chain),
        SlicesReserved e => Node(e.Node),
        SlicesReleased e => Node(e.Node),
        NodeRegistered e => Node(e.Node),
        NodeExitStarted e => Node(e.Node),
        NodeExitCompleted e => Node(e.Node),
        NodeMaintenanceChanged e => Node(e.Node),
        NodeComplianceChanged e => Node(e.Node),
        NodeAddressChanged e => Node(e.Node),
        NodeReset e => Node(e.Node),
        NodeEnrolled e => Node(e.Node),
        AssignmentRequested e => Node(e.Node),
        AssignmentIssued e => Node(e.Node),
        FactWithoutEffect e => e.Subject,
        ChainRotated e => ChainOr(e.Chain),
        RotationDelaySkipped e => ChainOr(e.Chain),
        KeyCeremonyStarted e => ChainOr(e.Chain),
        KeyShareBroadcast e => ChainOr(e.Chain),
        KeyDataReceived e => ChainOr(e.Chain),
        KeyCeremonyCompleted e => ChainOr(e.Chain),
        KeyCeremonyFailed e => ChainOr(e.Chain),
        KeyComplaintSent e => ChainOr(e.Chain),
        BountyReceived e => Node(e.Node),
        FactsRetracted or ChainTypeAdded or ChainTypeRemoved or UnmappedLogSeen or SchedulerStarted or TimePassed or FactGapSeen => Whole,
        KeyComplaintRejected or ConstantChanged or IpRangeAdded or IpRangeRemoved or ContractUpgraded or ManagerVersionChanged => Whole,
        _ => throw new UnreachableException($"No stream for stored event {stored.GetType().Name}."),
    };

    /// <summary>The contract that a stored event is published as; null for what stays inside. Inputs are not repeated: their senders published them.</summary>
    public static object? Announce(object stored) => stored switch
    {
        CreationDeferred e => new ChainDeferred(e.Chain, e.Reason, e.Deadline, e.At),
        CreationRefused e => new ChainRefused(e.Chain, e.Reason, e.At),
        GroupChosen e => new ChainPlaced(e.Chain, e.Group, e.Evidence, e.At),
        SubnodeOrdered e => new StartSubnode(e.Node, e.Generation, e.Subnode, e.At),
        SubnodeRemovalOrdered e => new RemoveSubnode(e.Node, e.Generation, e.Chain, e.At),
        AssignmentIssued e => new AssignNode(e.Node, e.Generation, e.Subnodes, e.Removals, e.At),
        CreationCompleted e => new ChainActivated(e.Chain, e.At),
        ServiceDegraded e => new ChainDegraded(e.Chain, e.Node, e.Reason, e.At),
        ServiceRestored e => new ChainActivated(e.Chain, e.At),
        RemovalCompleted e => new ChainRemoved(e.Chain, e.At),
        DeletionUndone { DataLostOn.Count: > 0 } e => new ChainDataLost(e.Chain, e.DataLostOn, "the chain's deletion was retracted after its data was ordered to be destroyed", e.At),
        GroupUndone { DataLostOn.Count: > 0 } e => new ChainDataLost(e.Chain, e.DataLostOn, e.Reason, e.At),
        SchedulerStarted e => new ResendFacts(e.Network, e.AfterFact, e.At),
        FactGapSeen e => new ResendFacts(e.Network, e.AfterFact, e.At),
        IFact or IReport or TimePassed or SlicesReserved or SlicesReleased or NodeReset or PurchaseUndone or DeletionUndone or GroupUndone or CreationRepeated or ContractGroupDiffers => null,
        _ => throw new UnreachableException($"No announcement decided for stored event {stored.GetType().Name}."),
    };

    /// <summary>A chain's stream bears its name; one that no store could keep as a key is told by its digest, behind a character names cannot have on a node.</summary>
    internal static string Chain(ChainName chain) => chain.Value.Length <= LongestKey && !chain.Value.Any(char.IsControl)
        ? $"chain-{chain}"
        : $"chain-~{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(chain.Value)))}";

    /// <summary>Of a chain bought before the first scanned block the name is unknown.</summary>
    private static string ChainOr(ChainName? chain) => chain is { } name ? Chain(name) : Whole;

    internal static string Node(NodeId node) => $"node-{node}";
}
