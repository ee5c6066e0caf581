using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Skale.Contracts;
using Skale.EventStore;

namespace Skale.Metrics.Domain;

/// <summary>A stored event as it was read.</summary>
/// <param name="Content">Null when it could not be read.</param>
/// <param name="Fault">Why it could not be read; null when it could.</param>
public sealed record Recorded(StoredEvent Stored, object? Content, string? Fault)
{
    public long Position => Stored.Position;

    public DateTimeOffset At => Stored.At;
}

/// <summary>Reads the scheduler's events by their stored names. What it does not know or cannot read is told, never fatal.</summary>
public static class EventReader
{
    private static readonly JsonSerializerOptions Options = new() { Converters = { new JsonStringEnumConverter() }, RespectNullableAnnotations = true };

    /// <summary>Every stored name that is read, and as what.</summary>
    public static FrozenDictionary<string, Type> Types { get; } = new Dictionary<string, Type>
    {
        ["node_registered"] = typeof(NodeRegistered),
        ["node_exit_started"] = typeof(NodeExitStarted),
        ["node_exit_completed"] = typeof(NodeExitCompleted),
        ["node_maintenance_changed"] = typeof(NodeMaintenanceChanged),
        ["node_compliance_changed"] = typeof(NodeComplianceChanged),
        ["node_address_changed"] = typeof(NodeAddressChanged),
        ["chain_type_added"] = typeof(ChainTypeAdded),
        ["chain_type_removed"] = typeof(ChainTypeRemoved),
        ["chain_bought"] = typeof(ChainBought),
        ["chain_deleted"] = typeof(ChainDeleted),
        ["chain_rotated"] = typeof(ChainRotated),
        ["rotation_delay_skipped"] = typeof(RotationDelaySkipped),
        ["key_ceremony_started"] = typeof(KeyCeremonyStarted),
        ["key_share_broadcast"] = typeof(KeyShareBroadcast),
        ["key_data_received"] = typeof(KeyDataReceived),
        ["key_ceremony_completed"] = typeof(KeyCeremonyCompleted),
        ["key_ceremony_failed"] = typeof(KeyCeremonyFailed),
        ["key_complaint_sent"] = typeof(KeyComplaintSent),
        ["key_complaint_rejected"] = typeof(KeyComplaintRejected),
        ["constant_changed"] = typeof(ConstantChanged),
        ["ip_range_added"] = typeof(IpRangeAdded),
        ["ip_range_removed"] = typeof(IpRangeRemoved),
        ["contract_upgraded"] = typeof(ContractUpgraded),
        ["manager_version_changed"] = typeof(ManagerVersionChanged),
        ["bounty_received"] = typeof(BountyReceived),
        ["unmapped_log_seen"] = typeof(UnmappedLogSeen),
        ["manager_differs"] = typeof(ManagerDiffers),
        ["manager_difference_gone"] = typeof(ManagerDifferenceGone),
        ["node_enrolled"] = typeof(NodeEnrolled),
        ["assignment_requested"] = typeof(AssignmentRequested),
        ["subnode_started"] = typeof(SubnodeStarted),
        ["subnode_failed"] = typeof(SubnodeFailed),
        ["subnode_removed"] = typeof(SubnodeRemoved),
        ["backup_taken"] = typeof(BackupTaken),
        ["data_restored"] = typeof(DataRestored),
        ["data_wiped"] = typeof(DataWiped),
        ["scheduler_started"] = typeof(SchedulerStarted),
        ["time_passed"] = typeof(TimePassed),
        ["fact_gap_seen"] = typeof(FactGapSeen),
        ["fact_without_effect"] = typeof(FactWithoutEffect),
        ["creation_deferred"] = typeof(CreationDeferred),
        ["creation_refused"] = typeof(CreationRefused),
        ["group_chosen"] = typeof(GroupChosen),
        ["contract_group_differs"] = typeof(ContractGroupDiffers),
        ["slices_reserved"] = typeof(SlicesReserved),
        ["subnode_ordered"] = typeof(SubnodeOrdered),
        ["subnodes_ordered"] = typeof(SubnodesOrdered),
        ["peers_ordered"] = typeof(PeersOrdered),
        ["subnode_removal_ordered"] = typeof(SubnodeRemovalOrdered),
        ["assignment_issued"] = typeof(AssignmentIssued),
        ["slices_released"] = typeof(SlicesReleased),
        ["creation_completed"] = typeof(CreationCompleted),
        ["service_degraded"] = typeof(ServiceDegraded),
        ["service_restored"] = typeof(ServiceRestored),
        ["removal_completed"] = typeof(RemovalCompleted),
        ["facts_retracted"] = typeof(FactsRetracted),
        ["node_reset"] = typeof(NodeReset),
        ["purchase_undone"] = typeof(PurchaseUndone),
        ["deletion_undone"] = typeof(DeletionUndone),
        ["group_undone"] = typeof(GroupUndone),
        ["creation_repeated"] = typeof(CreationRepeated),
        ["machine_refused"] = typeof(MachineRefused),
        ["machine_accepted"] = typeof(MachineAccepted),
        ["chain_requested"] = typeof(ChainRequested),
        ["chain_removal_requested"] = typeof(ChainRemovalRequested),
        ["node_hold_requested"] = typeof(NodeHoldRequested),
        ["request_refused"] = typeof(RequestRefused),
        ["chain_admitted"] = typeof(ChainAdmitted),
        ["removal_started"] = typeof(RemovalStarted),
        ["expiry_near"] = typeof(ExpiryNear),
        ["node_hold_changed"] = typeof(NodeHoldChanged),
        ["chain_rotation_requested"] = typeof(ChainRotationRequested),
        ["chain_resize_requested"] = typeof(ChainResizeRequested),
        ["node_drain_requested"] = typeof(NodeDrainRequested),
        ["join_token_requested"] = typeof(JoinTokenRequested),
        ["join_token_issued"] = typeof(JoinTokenIssued),
        ["node_join_requested"] = typeof(NodeJoinRequested),
        ["node_joined"] = typeof(NodeJoined),
        ["node_drain_changed"] = typeof(NodeDrainChanged),
        ["chain_resized"] = typeof(ChainResized),
        ["slices_resized"] = typeof(SlicesResized),
        ["limits_ordered"] = typeof(LimitsOrdered),
        ["chain_image_requested"] = typeof(ChainImageRequested),
        ["image_change_started"] = typeof(ImageChangeStarted),
        ["image_ordered"] = typeof(ImageOrdered),
        ["image_change_failed"] = typeof(ImageChangeFailed),
        ["image_change_completed"] = typeof(ImageChangeCompleted),
        ["image_change_rolled_back"] = typeof(ImageChangeRolledBack),
        ["replacement_started"] = typeof(ReplacementStarted),
        ["replacement_completed"] = typeof(ReplacementCompleted),
        ["replacement_deferred"] = typeof(ReplacementDeferred),
        ["replacement_failed"] = typeof(ReplacementFailed),
        ["member_awaited"] = typeof(MemberAwaited),
        ["member_overdue"] = typeof(MemberOverdue),
        ["member_recovered"] = typeof(MemberRecovered),
        ["contract_group_unknown"] = typeof(ContractGroupUnknown),
        ["rotation_refused"] = typeof(RotationRefused),
        ["rotation_scheduled"] = typeof(RotationScheduled),
        ["rotation_queued"] = typeof(RotationQueued),
        ["drain_started"] = typeof(DrainStarted),
        ["drain_overdue"] = typeof(DrainOverdue),
        ["drain_completed"] = typeof(DrainCompleted),
        ["node_suspected"] = typeof(NodeSuspected),
        ["node_lost"] = typeof(NodeLost),
        ["node_returned"] = typeof(NodeReturned),
        [RelaySkipped.Alias] = typeof(RelaySkipped),
    }.ToFrozenDictionary();

    // A member that is missing would be null where nothing expects it.
    private static readonly FrozenDictionary<Type, PropertyInfo[]> Needed = Types.Values.Distinct().ToFrozenDictionary(
        type => type, type => type.GetProperties().Where(p => !p.PropertyType.IsValueType && new NullabilityInfoContext().Create(p).ReadState == NullabilityState.NotNull).ToArray());

    public static Recorded Read(StoredEvent stored)
    {
        if (!Types.TryGetValue(stored.Type, out var type))
        {
            return new Recorded(stored, null, "this version does not know the name");
        }

        try
        {
            var content = JsonSerializer.Deserialize(stored.Data.Span, type, Options) ?? throw new JsonException("the data is null");
            return Array.Find(Needed[type], p => p.GetValue(content) is null) is { } missing
                ? new Recorded(stored, null, $"the member {missing.Name} is missing")
                : new Recorded(stored, content, null);
        }
        catch (JsonException e)
        {
            return new Recorded(stored, null, e.Message);
        }
    }
}
