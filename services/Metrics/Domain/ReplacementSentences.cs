using System.Diagnostics;
using Skale.Contracts;

namespace Skale.Metrics.Domain;

/// <summary>Says in one sentence what became of a replacement, for people.</summary>
internal static class ReplacementSentences
{
    public static string Of(object content) => content switch
    {
        ReplacementStarted e => $"chain {e.Chain}: node {e.NewNode} prepares to take the place of node {e.OldNode}, {Why(e.Reason)}{(e.Recomputed is { } said ? $"; computed again: {said}" : "")}",
        ReplacementCompleted e => $"chain {e.Chain}: node {e.NewNode} serves in the place of node {e.OldNode}",
        ReplacementDeferred e => $"chain {e.Chain}: node {e.OldNode} cannot be replaced{By(e.NewNode)} for now, {Why(e.Reason)}: {e.Why}",
        ReplacementFailed e => $"chain {e.Chain}: node {e.OldNode} is not replaced{By(e.NewNode)} after all: {e.Why}",
        MemberAwaited e => $"chain {e.Chain}: node {e.Node} has until {Time(e.Deadline)} to answer",
        MemberOverdue e => $"chain {e.Chain}: node {e.Node} is overdue{(e.PlacedByContract ? ", and only the contract can replace it" : "")}: {e.Reason}",
        MemberRecovered e => $"chain {e.Chain}: node {e.Node} answers again",
        ContractGroupUnknown e => $"chain {e.Chain} was rotated by the contract and cannot follow: {e.Reason}",
        RotationRefused e => $"{(e.RequestId is { } request ? $"request {request}" : "the scheduled rotation")} of chain {e.Chain} refused: {e.Reason}",
        RotationScheduled e => $"chain {e.Chain} is rotated next at {Time(e.Due)}",
        RotationQueued e => $"chain {e.Chain}: node {e.Node} waits for its turn to be replaced, {Why(e.Reason)}",
        NodeSuspected e => $"node {e.Node} is silent since {Time(e.SilentSince)}: it takes no new chains",
        NodeLost e => $"node {e.Node} is lost, silent since {Time(e.SilentSince)}",
        NodeReturned e => $"node {e.Node} is heard again",
        DrainStarted e => $"node {e.Node} hands over its chains until {Time(e.Deadline)}",
        DrainOverdue e => $"node {e.Node} should serve no chain by now, and still serves {string.Join(", ", e.Chains)}",
        DrainCompleted e => $"node {e.Node} serves no chain any more",
        _ => throw new UnreachableException($"No sentence for {content.GetType().Name}."),
    };

    private static string Why(ReplacementReason reason) => reason switch
    {
        ReplacementReason.ContractRotation => "as the contract names it",
        ReplacementReason.MemberUnavailable => "since it does not answer",
        ReplacementReason.NodeExit => "since it leaves",
        ReplacementReason.NodeIncompliant => "since it is incompliant",
        ReplacementReason.Requested => "on demand",
        ReplacementReason.Scheduled => "on schedule",
        ReplacementReason.NodeDrained => "since its operator drains it",
        _ => throw new UnreachableException($"{reason}"),
    };

    private static string By(NodeId? node) => node is { } known ? $" by node {known}" : "";

    private static string Time(DateTimeOffset time) => $"{time:yyyy-MM-dd HH:mm:ss}Z";
}
