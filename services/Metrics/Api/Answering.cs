using Skale.Contracts;
using Skale.Metrics.Domain;

namespace Skale.Metrics.Api;

/// <summary>Turns what the projections hold into what the API answers.</summary>
internal static class Answering
{
    public static NodeAnswer Of(NetworkView view, NodeView n) => new(
        n.Id.Value, n.Name, n.Owner, n.Ip, n.PublicIp, n.Port, n.DomainName, Words.Of(n.Standing), n.InMaintenance, n.Compliant, n.Machine, n.Generation,
        n.AgentGeneration, n.RegisteredAt, n.LastReportAt, n.Used, n.Free, NodeView.TotalSlices,
        [.. n.Reservations.Values.Select(r => new ReservationAnswer(r.Slot, r.Chain.Value, r.Slices, Words.Of(view.ConditionOf(n.Id, r.Chain))))], n.Refusal, n.Held, n.Draining);

    public static ChainAnswer Of(ChainView c) => new(
        c.Name.Value, c.Hash, c.EvmChainId, c.Owner, c.Slices, c.GroupSize, Words.Of(c.Phase), c.Since, c.Reason ?? c.Waiting?.Reason, c.Waiting?.Deadline,
        c.NamedByContract ? "contract" : "scheduler", [.. c.Group.Select(node => Of(c, node))], c.Evidence, c.BlockNumber, c.BoughtAt, c.PlacedAt, c.ActivatedAt, c.RemovedAt);

    public static EventAnswer Of(EventEntry e) => new(
        e.Position, e.At, Words.Of(e.Kind), e.Type, e.Stream, e.Version, e.Id, e.CorrelationId, e.Sentence,
        e.Cause is { } cause ? new CauseAnswer(cause.Id, cause.Position, cause.Description) : null, e.Data);

    private static MemberAnswer Of(ChainView chain, NodeId node) => chain.Members.TryGetValue(node, out var m)
        ? new(node.Value, m.Slot, Words.Of(m.Condition), m.Since, m.Generation, m.Endpoint, m.Reason, m.ContainerId, m.ImageDigest, m.Unenforced, m.Image, m.Sidecars)
        : new(node.Value, -1, Words.Of(MemberCondition.Reserved), chain.Since, 0, null, null, null, null, []);
}
