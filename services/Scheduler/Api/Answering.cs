using System.Text.Json;
using Skale.Scheduler.Domain;

namespace Skale.Scheduler.Api;

/// <summary>Turns what the network holds into what the API answers.</summary>
internal static class Answering
{
    public static ChainAnswer Of(Chain c) => new(
        c.Name.Value, c.Hash, c.Owner, Word(c.Phase), c.Slices, c.GroupSize, c.Terms is null ? "contract" : "api", c.Terms?.Profile ?? c.Kit?.Profile, c.Dedicated, c.Image ?? c.Terms?.Image ?? c.Kit?.Image, c.Terms?.ExpiresAt, c.Deadline,
        [.. c.Group.Select(n => c.Members.TryGetValue(n, out var m) ? new MemberAnswer(n.Value, m.Slot, Word(m.Phase), m.Reason, m.Told?.Image) : new MemberAnswer(n.Value, null, "gone", null, null))],
        c.ImageChange is { } i ? new(i.From, i.To, i.Failure) : null, c.Version);

    public static NodeAnswer Of(Node n) => new(
        n.Id.Value, n.Name, n.Owner, Word(n.Standing), n.InMaintenance, n.Held, n.DrainAsked, n.Compliant, n.Refusal, n.Used, n.Free, [.. n.Reservations.Keys.Select(c => c.Value)], n.Machine, n.IdentityKey, n.Version);

    public static OperationAnswer Of(Network network, RequestRecord r)
    {
        var (kind, subject) = Subject(r.Input);
        var status = r.Refusal is not null ? "refused" : r.Input switch
        {
            ChainRequested e => network.Chains.GetValueOrDefault(e.Chain) is { Terms: { } terms } chain && terms.Request == e.Request ? Created(chain.Phase) : "ended",
            ChainRemovalRequested e => network.Chains.GetValueOrDefault(e.Chain) is { Phase: ChainPhase.Removing } ? "running" : "succeeded",
            _ when r.Outcome is { } outcome => outcome.Succeeded ? "succeeded" : "failed",
            ChainImageRequested e => Change(network, e) is null ? "ended" : "running",
            ChainRotationRequested e => Rotates(network.Chains.GetValueOrDefault(e.Chain), $"{e.Request:D}") ? "running" : "ended",
            ChainResizeRequested e => network.Chains.GetValueOrDefault(e.Chain) is { HasGroup: true } chain && chain.Slices == e.Slices ? Resize.IsSettled(network, chain) ? "succeeded" : "running" : "ended",
            NodeDrainRequested e => network.Nodes[e.Node] switch
            {
                var node when node.DrainAsked != e.Drain => "ended",
                { DrainAsked: true, Reservations.IsEmpty: false } => "running",
                _ => "succeeded",
            },
            _ => "succeeded",
        };
        return new OperationAnswer(r.Input.Request, kind, subject, status, r.Refusal?.Reason ?? r.Outcome?.Reason ?? Progress(network, r.Input), r.RecordedAt, r.Position);
    }

    public static AcceptedAnswer Accepted(RequestRecord r) => new(r.Input.Request, $"/v1/operations/{r.Input.Request:D}", Subject(r.Input).Path, r.Position);

    public static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName($"{value}");

    /// <summary>It waits for its turn, or is under way.</summary>
    private static bool Rotates(Chain? chain, string request) =>
        chain is not null && (chain.Demands.Exists(d => d.RequestId == request) || (chain.Underway?.Requests.Contains(request) ?? false));

    private static ImageChange? Change(Network network, ChainImageRequested e) => network.Chains.GetValueOrDefault(e.Chain)?.ImageChange is { } change && change.Request == e.Request ? change : null;

    private static string? Progress(Network network, IRequest request) =>
        request is ChainImageRequested e && Change(network, e) is { } change ? Rollout.Progress(network.Chains[e.Chain], change) : null;

    private static string Created(ChainPhase phase) => phase switch
    {
        ChainPhase.Requested or ChainPhase.Deferred or ChainPhase.Creating => "running",
        ChainPhase.Active or ChainPhase.Degraded => "succeeded",
        ChainPhase.Refused => "failed",
        _ => "ended",
    };

    private static (string Kind, string Path) Subject(IRequest request) => request switch
    {
        ChainRequested e => ("createChain", $"/v1/chains/{e.Chain}"),
        ChainRemovalRequested e => ("removeChain", $"/v1/chains/{e.Chain}"),
        NodeHoldRequested e => ("setMaintenance", $"/v1/nodes/{e.Node}"),
        ChainRotationRequested e => ("rotateChain", $"/v1/chains/{e.Chain}"),
        ChainResizeRequested e => ("resizeChain", $"/v1/chains/{e.Chain}"),
        ChainImageRequested e => ("changeImage", $"/v1/chains/{e.Chain}"),
        NodeDrainRequested e => ("setDrain", $"/v1/nodes/{e.Node}"),
        JoinTokenRequested e => ("makeJoinToken", $"/v1/nodes/{e.Node}"),
        NodeJoinRequested e => ("joinNode", $"/v1/nodes/{e.Node}"),
        _ => (request.GetType().Name, ""),
    };
}
