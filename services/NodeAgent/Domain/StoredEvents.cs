using System.Diagnostics;
using Skale.Contracts;
using Skale.EventStore;

namespace Skale.NodeAgent.Domain;

/// <summary>An order to start was not followed; a <see cref="SubnodeFailed"/> tells the scheduler.</summary>
public sealed record StartRefused(NodeId Node, long Generation, Subnode Subnode, string Reason, DateTimeOffset At);

/// <summary>Everything an agent stores: under which name, in which stream, and what others may see of it.</summary>
public static class StoredEvents
{
    /// <summary>Names are storage format.</summary>
    public static EventTypes Types { get; } = new EventTypes()
        .Add<StartSubnode>("start_subnode")
        .Add<RemoveSubnode>("remove_subnode")
        .Add<AssignNode>("assign_node")
        .Add<StartRefused>("start_refused")
        .Add<NodeEnrolled>("node_enrolled")
        .Add<AssignmentRequested>("assignment_requested")
        .Add<SubnodeStarted>("subnode_started")
        .Add<SubnodeFailed>("subnode_failed")
        .Add<SubnodeRemoved>("subnode_removed")
        .Add<DataWipeRequested>("data_wipe_requested")
        .Add<DataWiped>("data_wiped")
        .Add<DataRestoreRequested>("data_restore_requested")
        .Add<DataRestored>("data_restored")
        .Add<ReplacedDataRemoved>("replaced_data_removed")
        .Add<BackupTaken>("backup_taken");

    public static string StreamOf(object stored) => stored switch
    {
        StartSubnode e => Chain(e.Subnode.Chain),
        StartRefused e => Chain(e.Subnode.Chain),
        RemoveSubnode e => Chain(e.Chain),
        SubnodeStarted e => Chain(e.Chain),
        SubnodeFailed e => Chain(e.Chain),
        SubnodeRemoved e => Chain(e.Chain),
        DataWipeRequested e => Chain(e.Chain),
        DataWiped e => Chain(e.Chain),
        DataRestoreRequested e => Chain(e.Chain),
        DataRestored e => Chain(e.Chain),
        ReplacedDataRemoved e => Chain(e.Chain),
        BackupTaken e => Chain(e.Chain),
        AssignNode e => Node(e.Node),
        NodeEnrolled e => Node(e.Node),
        AssignmentRequested e => Node(e.Node),
        _ => throw new UnreachableException($"No stream for stored event {stored.GetType().Name}."),
    };

    /// <summary>Reports go out as they are stored; orders came in and are not repeated, and what an operator orders about data is told of when it is done.</summary>
    public static object? Announce(object stored) => stored switch
    {
        IReport => stored,
        StartSubnode or RemoveSubnode or AssignNode or StartRefused or DataWipeRequested or DataRestoreRequested or ReplacedDataRemoved => null,
        _ => throw new UnreachableException($"No announcement decided for stored event {stored.GetType().Name}."),
    };

    /// <summary>
    /// The input that an event tells of. Orders are stored as received; of an observation the report holds everything, and of an order that came behind a
    /// gap, or while the full assignment was overdue, that it did: an order two generations on is decided alike.
    /// </summary>
    public static object? InputOf(object stored) => stored switch
    {
        StartSubnode or RemoveSubnode or AssignNode => stored,
        StartRefused e => new StartSubnode(e.Node, e.Generation, e.Subnode, e.At),
        NodeEnrolled e => new AgentStarted(e.Machine),
        AssignmentRequested e => new RemoveSubnode(e.Node, e.Generation + 2, default, e.At),
        SubnodeStarted e => new SubnodeAnswers(e.Chain, e.Generation, e.ContainerId, e.ImageDigest, e.Endpoint, e.Limits, e.Unenforced, e.Readings, e.Image, e.Sidecars),
        SubnodeFailed e => new SubnodeFails(e.Chain, e.Generation, e.Reason),
        SubnodeRemoved e => new SubnodeGone(e.Chain, e.Generation),
        DataWipeRequested e => new WipeData(e.Chain, e.Generation),
        DataWiped e => new DataIsWiped(e.Chain, e.Generation),
        DataRestoreRequested e => new RestoreData(e.Chain, e.Generation, e.Backup),
        DataRestored e => new DataIsRestored(e.Chain, e.Generation),
        ReplacedDataRemoved e => new ReplacedDataIsGone(e.Chain, e.Generation),
        BackupTaken e => new BackupIsTaken(e.Chain, e.Generation, e.Backup),
        _ => throw new UnreachableException($"No input known for stored event {stored.GetType().Name}."),
    };

    private static string Chain(ChainName chain) => $"chain-{chain}";

    private static string Node(NodeId node) => $"node-{node}";
}
