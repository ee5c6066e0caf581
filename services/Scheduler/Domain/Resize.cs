using Skale.Contracts;

namespace Skale.Scheduler.Domain;

/// <summary>
/// The saga of a chain that gets another size while it runs. What it gains is reserved on all its nodes at once, or it is refused; what it gives back is free on each node when the agent
/// there has confirmed the smaller limits. Nothing is restarted.
/// </summary>
internal static class Resize
{
    /// <summary>Why not, with the figures; null when nothing forbids it.</summary>
    public static (RefusalCause Cause, string Reason)? Refusal(Network network, Chain? chain, ChainResizeRequested e) => chain switch
    {
        null => (RefusalCause.NotFound, $"there is no chain '{e.Chain}'"),
        { Terms: null } => (RefusalCause.Conflict, $"chain '{e.Chain}' was bought in the contract with {chain.Slices} slices of each node; only the contract says its size"),
        { HasGroup: false } => (RefusalCause.Conflict, $"chain '{e.Chain}' does not run: {chain.Phase}"),
        _ when e.Slices is < 0 or > Node.TotalSlices => (RefusalCause.Invalid, $"it asks for {e.Slices} slices of each node; a node has {Node.TotalSlices}"),
        _ when e.Slices > chain.Slices && Tenancy.OverQuota(network, e.Chain, chain.Owner, e.Slices, chain.GroupSize) is { } quota => (RefusalCause.OverQuota, quota),
        _ when WithoutRoom(network, chain, e.Slices) is { Length: > 0 } full => (RefusalCause.Conflict,
            $"needs {e.Slices} slices of each of its nodes; {string.Join(", ", full.Select(n => $"node {n.Id} has {n.Free} free beside the chain's {n.Reservations[chain.Name].Slices}"))}"),
        _ => null,
    };

    public static IEnumerable<object> Begin(Network network, Chain chain, int slices, DateTimeOffset now) =>
    [
        new ChainResized(chain.Name, chain.Slices, slices, now),
        .. Staying(network, chain).Where(n => n.Reservations[chain.Name].Slices < slices).Select(n => Resized(chain, n, slices, now)),
    ];

    /// <summary>New limits to whoever has older ones; slices given back where they are in force.</summary>
    public static IReadOnlyList<object> Proceed(Network network, Chain chain, DateTimeOffset now) =>
    [
        .. chain.Members.Values.Where(m => m.HasOrder && m.Told!.Slices != chain.Slices).Select(m => Order(network, chain, m, now)),
        .. Staying(network, chain).Where(n => n.Reservations[chain.Name].Slices > chain.Slices && Confirmed(chain, chain.Members[n.Id])).Select(n => Resized(chain, n, chain.Slices, now)),
    ];

    /// <summary>Every member has the limits of the chain's size, and holds no more slices than that.</summary>
    public static bool IsSettled(Network network, Chain chain) =>
        Staying(network, chain).All(n => n.Reservations[chain.Name].Slices == chain.Slices && chain.Members[n.Id] is { AwaitsLimits: false } member && (member.Told?.Slices ?? chain.Slices) == chain.Slices);

    private static bool Confirmed(Chain chain, Member member) =>
        member.Phase == MemberPhase.Reserved || (member is { Phase: MemberPhase.Running, AwaitsLimits: false } && member.Told!.Slices == chain.Slices);

    /// <summary>All that are not on their way out: those keep what they have until nothing of the chain is left there.</summary>
    private static IEnumerable<Node> Staying(Network network, Chain chain) =>
        chain.Members.Values.Where(m => m.Phase != MemberPhase.RemovalOrdered).Select(m => network.Nodes[m.Node]);

    private static Node[] WithoutRoom(Network network, Chain chain, int slices) => [.. Staying(network, chain).Where(n => n.Free + n.Reservations[chain.Name].Slices < slices)];

    private static SlicesResized Resized(Chain chain, Node node, int slices, DateTimeOffset now) => new(node.Id, chain.Name, node.Reservations[chain.Name].Slices, slices, now);

    private static LimitsOrdered Order(Network network, Chain chain, Member member, DateTimeOffset now)
    {
        var node = network.Nodes[member.Node];
        var generation = node.Generation + 1;
        return new(node.Id, chain.Name, generation, member.Subnode! with { Slices = chain.Slices, Limits = network.Policy.LimitsOf(node.Machine!, chain.Slices), Generation = generation }, now);
    }
}
