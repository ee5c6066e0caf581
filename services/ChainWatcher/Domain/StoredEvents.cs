using System.Diagnostics;
using Skale.Contracts;
using Skale.EventStore;

namespace Skale.ChainWatcher.Domain;

/// <summary>Everything the watcher stores: under which name, in which stream, and what others may see of it.</summary>
public static class StoredEvents
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
        .Add<FactsRetracted>("facts_retracted")
        .Add<ManagerDiffers>("manager_differs")
        .Add<ManagerDifferenceGone>("manager_difference_gone")
        .Add<WatchOpened>("watch_opened")
        .Add<BlocksScanned>("blocks_scanned")
        .Add<ScanRewound>("scan_rewound")
        .Add<ChainReorganised>("chain_reorganised");

    /// <summary>Facts alone in their stream, so that a fact's number is its version there.</summary>
    public static string StreamOf(object stored) => stored switch
    {
        IFact e => Facts(e.Origin.Network),
        WatchOpened e => Scan(e.Network),
        BlocksScanned e => Scan(e.Network),
        ScanRewound e => Scan(e.Network),
        ChainReorganised e => Scan(e.Network),
        ManagerDiffers e => Comparison(e.Network),
        ManagerDifferenceGone e => Comparison(e.Network),
        _ => throw new UnreachableException($"No stream for stored event {stored.GetType().Name}."),
    };

    /// <summary>Facts, and what differs from them, are published as they are; the rest stays inside.</summary>
    public static object? Announce(object stored) => stored switch
    {
        IFact or ManagerDiffers or ManagerDifferenceGone => stored,
        WatchOpened or BlocksScanned or ScanRewound or ChainReorganised => null,
        _ => throw new UnreachableException($"No announcement decided for stored event {stored.GetType().Name}."),
    };

    /// <summary>
    /// A fact is identified by network, block and log, however and whenever it was found; in a block that came back after its facts were retracted, by the sighting too.
    /// A retraction is of the watcher's own making and known by its number.
    /// </summary>
    public static Guid? IdOf(object stored) => stored switch
    {
        FactsRetracted { Origin: var at } => EventId.Of($"{at.Network}/retraction/{at.Number}"),
        IFact { Origin: var at } => EventId.Of($"{at.Network}/{at.BlockHash}/{at.LogIndex}{(at.Sighting is { } sighting ? $"/{sighting}" : "")}"),
        _ => null,
    };

    /// <summary>The stream of a network's facts.</summary>
    public static string Facts(string network) => $"facts-{network}";

    private static string Scan(string network) => $"scan-{network}";

    private static string Comparison(string network) => $"comparison-{network}";
}
