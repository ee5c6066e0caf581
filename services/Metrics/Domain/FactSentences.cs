using System.Diagnostics;
using Skale.Contracts;

namespace Skale.Metrics.Domain;

/// <summary>Says in one sentence what a fact tells, for people.</summary>
public static class FactSentences
{
    public static string Of(IFact fact) => fact switch
    {
        NodeRegistered e => $"node {e.Node} ({e.Name}) registered at {e.Ip}:{e.Port}",
        NodeExitStarted e => $"node {e.Node} wants to leave",
        NodeExitCompleted e => $"node {e.Node} has left",
        NodeMaintenanceChanged e => $"node {e.Node} {(e.InMaintenance ? "went into" : "came out of")} maintenance",
        NodeComplianceChanged e => $"node {e.Node} declared {(e.Compliant ? "compliant" : "incompliant")}",
        NodeAddressChanged e => $"node {e.Node} moved from {e.PreviousIp} to {e.NewIp}",
        FactsRetracted e => $"{Sentences.Count(e.Numbers.Count, "fact")} from {e.Numbers[0]} on retracted: the chain has another block {e.Origin.BlockNumber}",
        ChainTypeAdded e => $"chain type {e.TypeId} added: {Sentences.Slices(e.Slices)} of each of {Sentences.Nodes(e.GroupSize)}",
        ChainTypeRemoved e => $"chain type {e.TypeId} removed",
        ChainBought e => $"chain {e.Chain} bought by {e.Owner}: {Sentences.Slices(e.Slices)} of each of {Sentences.Nodes(e.GroupSize)}{(e.Group is { } group ? $", the contract names {Sentences.Ids(group)}" : "")}",
        ChainDeleted e => $"chain {e.Chain} deleted by {e.Owner}",
        UnmappedLogSeen e => $"a log nobody maps: {e.EventName ?? (e.Topics.Count > 0 ? e.Topics[0] : "without topics")} of {e.Address}",
        FactWithoutEffect e => $"{e.Fact} changes nothing: {e.Reason}",
        ChainRotated e => $"{Name(e.Chain, e.ChainHash)}: node {Known(e.OldNode)} replaced by {Known(e.NewNode)}{(e.Counter is { } counter ? $", rotation {counter}" : "")}, {Why(e.Reason)}",
        RotationDelaySkipped e => $"{Name(e.Chain, e.ChainHash)}: the rotation delay was skipped",
        KeyCeremonyStarted e => $"{Name(e.Chain, e.ChainHash)}: key ceremony started",
        KeyShareBroadcast e => $"{Name(e.Chain, e.ChainHash)}: node {e.Node} sent its key shares",
        KeyDataReceived e => $"{Name(e.Chain, e.ChainHash)}: node {e.Node} has all key shares",
        KeyCeremonyCompleted e => $"{Name(e.Chain, e.ChainHash)}: key ceremony completed",
        KeyCeremonyFailed e => $"{Name(e.Chain, e.ChainHash)}: key ceremony failed by node {Known(e.BadNode)}; {(e.Stuck ? "no spare node, it is stuck" : $"node {Known(e.NewNode)} takes its place")}",
        KeyComplaintSent e => $"{Name(e.Chain, e.ChainHash)}: node {e.From} complains about node {e.About}",
        KeyComplaintRejected e => $"a key ceremony complaint was useless: {e.Reason}",
        ConstantChanged e => $"constant {e.Name ?? e.ConstantHash} changed from {e.PreviousValue} to {e.NewValue}",
        IpRangeAdded e => $"address range {e.Name} added: {e.FirstIp} to {e.LastIp}",
        IpRangeRemoved e => $"address range {e.Name} removed",
        ContractUpgraded e => $"contract {e.Contract} is at {e.Address}",
        ManagerVersionChanged e => $"SKALE Manager went from version {e.OldVersion} to {e.NewVersion}",
        BountyReceived e => $"node {e.Node} received a bounty of {e.Bounty} wei",
        _ => throw new UnreachableException($"No sentence for {fact.GetType().Name}."),
    };

    private static string Name(ChainName? chain, string hash) => $"chain {chain?.Value ?? hash}";

    private static string Known(NodeId? node) => node is { } id ? $"{id}" : "unknown";

    private static string Why(RotationReason reason) => reason switch
    {
        RotationReason.NodeExit => "a node leaves",
        RotationReason.FailedKeyCeremony => "its key ceremony failed",
        RotationReason.RestartedCreation => "its stuck creation was restarted",
        _ => throw new UnreachableException($"{reason}"),
    };
}
