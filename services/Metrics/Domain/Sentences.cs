using System.Diagnostics;
using Skale.Contracts;
using Skale.EventStore;

namespace Skale.Metrics.Domain;

/// <summary>Says in one sentence what an event tells, for people.</summary>
public static class Sentences
{
    public static string Of(Recorded e) => e.Content switch
    {
        null => $"{e.Stored.Type}: cannot be read ({e.Fault})",
        IFact fact => FactSentences.Of(fact),
        IReport report => OfReport(report),
        _ => OfDecision(e.Content),
    };

    private static string OfReport(IReport report) => report switch
    {
        NodeEnrolled e => $"agent of node {e.Node} enrolled: {e.Machine.Cpus} CPUs, {Gib(e.Machine.MemoryBytes)} memory, engine {e.Machine.EngineVersion}{(e.Machine.Simulated ? ", simulated" : "")}; {Count(e.Subnodes.Count, "subnode")}",
        AssignmentRequested e => $"agent of node {e.Node} asked for its assignment; it knew generation {e.Generation}",
        SubnodeStarted e => $"node {e.Node} runs {e.Chain} at {e.Endpoint}{(e.Unenforced.Count > 0 ? $"; not enforced: {string.Join(", ", e.Unenforced)}" : "")}",
        SubnodeFailed e => $"node {e.Node} fails to run {e.Chain}: {e.Reason}",
        SubnodeRemoved e => $"node {e.Node} removed all of {e.Chain}",
        BackupTaken e => $"node {e.Node}'s operator took a backup of {e.Chain}: {e.Backup.Bytes} bytes",
        DataRestored e => $"node {e.Node}'s operator put a backup of node {e.Backup.Node} of {e.Backup.At:u} in the place of the data of {e.Chain}",
        DataWiped e => $"node {e.Node}'s operator destroyed the data of {e.Chain}",
        _ => throw new UnreachableException($"No sentence for {report.GetType().Name}."),
    };

    private static string OfDecision(object content) => content switch
    {
        SchedulerStarted e => $"scheduler of network {e.Network} started behind fact {e.AfterFact}, strategy {e.Policy.Strategy}",
        TimePassed => "a deadline passed",
        ManagerDiffers e => $"{e.Subject}, {e.What}: {e.Folded} by the facts up to block {e.BlockNumber}, {e.Answered} by the contract there{(e.Silent ? ", which may change it without a log" : "")}",
        ManagerDifferenceGone e => $"{e.Subject}, {e.What}: no difference from the contract at block {e.BlockNumber} any more",
        FactGapSeen e => $"facts behind {e.AfterFact} were missing; asked for again",
        CreationDeferred e => $"chain {e.Chain} waits until {e.Deadline:yyyy-MM-dd HH:mm:ss}Z: {e.Reason}",
        CreationRefused e => $"chain {e.Chain} refused: {e.Reason}",
        GroupChosen e => $"chose {Ids(e.Group)} for {e.Chain}, {How(e.Evidence)}{(e.Slots is null ? "" : $", and reserved {Slices(e.Slices)} of {(e.Group.Count == 1 ? "it" : "each")}")}{(e.Recomputed is { } said ? $"; computed again: {said}" : "")}",
        ContractGroupDiffers e => $"the contract names {Ids(e.Group)} for {e.Chain}; its own rules give {Ids(e.Computed)}",
        SlicesReserved e => $"reserved {Slices(e.Slices)} of node {e.Node} (slot {e.Slot}) for {e.Chain}",
        SlicesReleased e => $"released {Slices(e.Slices)} of node {e.Node} (slot {e.Slot}) from {e.Chain}",
        SubnodeOrdered e => $"ordered node {e.Node} to run {e.Chain} from {e.Subnode.Image} on ports from {e.Subnode.FirstPort} (generation {e.Generation})",
        SubnodesOrdered e => $"ordered {Ids([.. e.Orders.Select(o => o.Node)])} to run {e.Chain} from {e.Subnode.Image}",
        PeersOrdered e => $"told node {e.Node} who serves {e.Chain} with it now: {(e.Subnode.Peers is { } peers ? Ids([.. peers.Select(p => p.Node)]) : "nobody")} (generation {e.Generation})",
        SubnodeRemovalOrdered e => $"ordered node {e.Node} to remove {e.Chain} and its data (generation {e.Generation})",
        AssignmentIssued e => $"told node {e.Node} its assignment: {Count(e.Subnodes.Count, "subnode")}, {Count(e.Removals.Count, "removal")} (generation {e.Generation})",
        CreationCompleted e => $"chain {e.Chain} is active: every member answers",
        ServiceDegraded e => $"chain {e.Chain} is degraded, node {e.Node}: {e.Reason}",
        ServiceRestored e => $"chain {e.Chain} is active again: every member answers",
        RemovalCompleted e => $"chain {e.Chain} is gone: nothing of it is left",
        NodeReset { Standing: NodeStanding.Unregistered } e => $"node {e.Node} is not registered any more: that was retracted",
        NodeReset e => $"node {e.Node} is as it was before what was retracted: {Words.Of(e.Standing)}{(e.InMaintenance ? ", in maintenance" : "")}{(e.Compliant ? "" : ", incompliant")}, at {e.Ip}",
        PurchaseUndone e => $"chain {e.Chain} was not bought after all: it is stopped and forgotten",
        DeletionUndone e => $"chain {e.Chain} was not deleted after all{(e.DataLostOn.Count > 0 ? $", but its data is lost on {Ids(e.DataLostOn)}" : "")}",
        GroupUndone e => $"chain {e.Chain} is placed again: {e.Reason}{(e.DataLostOn.Count > 0 ? $"; its data is lost on {Ids(e.DataLostOn)}" : "")}",
        CreationRepeated e => $"chain {e.Chain} begins again: {e.Reason}",
        MachineRefused e => $"node {e.Node} takes no chains: its machine {e.Reason}",
        MachineAccepted e => $"node {e.Node} takes chains: its machine is large enough now",
        ChainRequested e => $"{e.Owner} asked for chain {e.Chain}: {e.Profile ?? $"{Slices(e.Slices ?? 0)} of each of {Nodes(e.GroupSize ?? 0)}"}",
        ChainRemovalRequested e => $"removal of chain {e.Chain} was asked for",
        NodeHoldRequested e => $"node {e.Node} is to take {(e.Held ? "no new chains" : "new chains again")}: asked for",
        RequestRefused e => $"request {e.Request} refused: {e.Reason}",
        ChainAdmitted e => $"chain {e.Chain} admitted for {e.Owner}: {Slices(e.Slices)} of each of {Nodes(e.GroupSize)}{(e.Dedicated ? ", which take no other owner's chains" : "")}{(e.ExpiresAt is { } end ? $", until {end:yyyy-MM-dd HH:mm:ss}Z" : "")}",
        RemovalStarted e => $"chain {e.Chain} ends: {e.Reason}",
        ExpiryNear e => $"chain {e.Chain} ends at {e.ExpiresAt:yyyy-MM-dd HH:mm:ss}Z, and its data with it",
        NodeHoldChanged e => $"node {e.Node} takes {(e.Held ? "no new chains: the operator keeps them from it" : "new chains again")}",
        RelaySkipped e => $"{e.By} had position {e.Position} ({e.Type}) skipped, nobody outside heard of it: {e.Reason}",
        _ => OperatorSentences.Of(content),
    };

    private static string How(PlacementEvidence evidence) =>
        evidence.Strategy == "contract" ? "as the contract names them" : $"by {evidence.Strategy} from {Count(evidence.Candidates, "candidate")}";

    internal static string Ids(IReadOnlyList<NodeId> group) => $"{(group.Count == 1 ? "node" : "nodes")} {string.Join(", ", group)}";

    internal static string Slices(int slices) => Count(slices, "slice");

    internal static string Nodes(int nodes) => Count(nodes, "node");

    internal static string Count(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";

    private static string Gib(long bytes) => $"{bytes / (double)(1L << 30):0.#} GiB";
}
