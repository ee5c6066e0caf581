using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Skale.Contracts;

namespace Skale.Scheduler.Domain;

/// <summary>What becomes of requests over the API. A refusal is recorded too: the same key gets the same answer, whatever happens meanwhile.</summary>
internal static class RequestDecider
{
    private const double WarnedOfLifetime = 0.1;
    private static readonly TimeSpan EarliestWarning = TimeSpan.FromHours(1);

    public static IReadOnlyList<object> Decide(Network network, IRequest request, DateTimeOffset now)
    {
        if (network.Requests.ContainsKey(request.Request))
        {
            return [];
        }

        return [request, .. request switch
        {
            ChainRequested e => Admit(network, e, now),
            ChainRemovalRequested e => Remove(network, e, now),
            NodeHoldRequested e => OfNode(network, e, e.Node, e.IfVersion, n => n.Held == e.Held ? null : new NodeHoldChanged(e.Node, e.Held, now), now),
            ChainRotationRequested e => OperatorDecider.Rotate(network, e, now),
            ChainResizeRequested e => OperatorDecider.Resize(network, e, now),
            ChainImageRequested e => OperatorDecider.ChangeImage(network, e, now),
            NodeDrainRequested e => OfNode(network, e, e.Node, e.IfVersion, n => n.DrainAsked == e.Drain ? null : new NodeDrainChanged(e.Node, e.Drain, now), now),
            JoinTokenRequested e => OfNode(network, e, e.Node, e.IfVersion, _ => new JoinTokenIssued(e.Node, e.TokenHash, e.ExpiresAt, now), now),
            NodeJoinRequested e => Joining.Join(network, e, now),
            _ => throw new UnreachableException($"No rule for {request.GetType().Name}."),
        }];
    }

    /// <summary>What a block hash is to a purchase.</summary>
    public static string EntropyOf(Guid request) => "0x" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"skale/request/{request:D}")));

    private static IEnumerable<object> Admit(Network network, ChainRequested e, DateTimeOffset now)
    {
        var (policy, profiles) = (network.Policy, network.Policy.Tenants.Profiles);
        if (e.Profile is not null && !profiles.ContainsKey(e.Profile))
        {
            return [Refused(e, RefusalCause.Invalid, $"there is no profile '{e.Profile}'; there are: {string.Join(", ", profiles.Keys.Order(StringComparer.Ordinal))}", now)];
        }

        var profile = e.Profile is null ? new ChainProfile(e.Slices ?? -1, e.GroupSize ?? -1) : profiles[e.Profile];
        var admitted = new ChainAdmitted(
            e.Chain, e.Request, e.ChainHash, e.Owner, e.Profile, profile.Slices, profile.GroupSize, profile.Image ?? policy.Image, profile.Strategy ?? policy.Strategy, profile.Dedicated,
            EntropyOf(e.Request), network.Recorded + 1, now + (profile.Lifetime - Warning(profile.Lifetime)), now + profile.Lifetime, now, profile.Sidecars, profile.DataParts);
        return [Fault(network, admitted, now) ?? (object)admitted];
    }

    private static RequestRefused? Fault(Network network, ChainAdmitted e, DateTimeOffset now)
    {
        var known = network.Chains.GetValueOrDefault(e.Chain);
        return Because(RefusalCause.Invalid, ContainerNames.Fault(e.Chain.Value))
            ?? Because(RefusalCause.Invalid, e.Slices is < 0 or > Node.TotalSlices ? $"it asks for {e.Slices} slices of each node; a node has {Node.TotalSlices}" : null)
            ?? Because(RefusalCause.Invalid, e.GroupSize < 1 ? $"it asks for a group of {e.GroupSize} nodes" : null)
            ?? Because(RefusalCause.Invalid, Placement.Requestable.Contains(e.Strategy)
                ? null
                : $"the strategy '{e.Strategy}' draws from the contract's books, which know nothing of this chain; ask for a profile with one of: {string.Join(", ", Placement.Requestable)}")
            ?? Because(RefusalCause.Conflict, known is null || known is { Terms: not null, Phase: ChainPhase.Removed or ChainPhase.Refused } ? null : $"there is a chain '{e.Chain}' already: {known.Phase}")
            ?? Because(RefusalCause.OverQuota, Tenancy.OverQuota(network, e.Chain, e.Owner, e.Slices, e.GroupSize));

        RequestRefused? Because(RefusalCause cause, string? reason) => reason is null ? null : new(e.Request, cause, reason, now);
    }

    private static IEnumerable<object> Remove(Network network, ChainRemovalRequested e, DateTimeOffset now) => network.Chains.GetValueOrDefault(e.Chain) switch
    {
        null => [Refused(e, RefusalCause.NotFound, $"there is no chain '{e.Chain}'", now)],
        { Terms: null } => [Refused(e, RefusalCause.Conflict, $"chain '{e.Chain}' was bought in the contract; only the contract can delete it", now)],
        var chain when Stale(e, $"chain '{e.Chain}'", e.IfVersion, chain.Version, now) is { } stale => [stale],
        { Phase: ChainPhase.Removed or ChainPhase.Refused } chain => [Refused(e, RefusalCause.NotFound, $"nothing runs of chain '{e.Chain}': {chain.Phase}", now)],
        { Phase: ChainPhase.Removing, Deleted: true } => [],
        _ => [new RemovalStarted(e.Chain, "asked for over the API", now)],
    };

    /// <param name="change">What it makes of the node as it is; null when the node is so already.</param>
    private static IEnumerable<object> OfNode(Network network, IRequest e, NodeId id, long? asked, Func<Node, object?> change, DateTimeOffset now) => network.Nodes.GetValueOrDefault(id) switch
    {
        null or { Standing: NodeStanding.Unregistered or NodeStanding.Left } => [Refused(e, RefusalCause.NotFound, $"there is no node {id}", now)],
        var node when Stale(e, $"node {id}", asked, node.Version, now) is { } stale => [stale],
        var node => change(node) is { } changed ? [changed] : [],
    };

    /// <summary>The refusal of a request for another version than there is; null when it asks for none, or for this one.</summary>
    public static RequestRefused? Stale(IRequest e, string what, long? asked, long version, DateTimeOffset now) => asked is null || asked == version
        ? null
        : Refused(e, RefusalCause.Stale, $"{what} is at version {version}; the request is for version {asked}", now);

    private static RequestRefused Refused(IRequest e, RefusalCause cause, string reason, DateTimeOffset now) => new(e.Request, cause, reason, now);

    /// <summary>An hour before the end, or the last tenth of a short life.</summary>
    private static TimeSpan? Warning(TimeSpan? lifetime) => lifetime * WarnedOfLifetime is { } tenth ? tenth < EarliestWarning ? tenth : EarliestWarning : null;
}
