using Skale.Contracts;

namespace Skale.Scheduler.Domain;

/// <summary>The nodes that can take one more member of a chain.</summary>
internal static class Candidates
{
    private const int MostNamed = 3;

    /// <summary>In rising order of id.</summary>
    public static NodeId[] Of(Network network, Chain chain, bool asTheContractSees) =>
    [
        .. network.Nodes.Values.Where(n => CanTake(n, chain) && n.Refusal is null && Tenancy.MayShare(network, n, chain)).Select(n => n.Id)
            .Where(n => !asTheContractSees || network.Contract.FreeSlicesOf(n) >= Needed(chain)),
    ];

    /// <summary>A chain of 0 slices needs a slice free all the same.</summary>
    public static int Needed(Chain chain) => Math.Max(1, chain.Slices);

    /// <summary>What keeps nodes out that have room, with the figures; empty when nothing does.</summary>
    public static string KeptOut(Network network, Chain chain)
    {
        var refused = network.Nodes.Values.Where(n => n.Refusal is not null && CanTake(n, chain)).ToArray();
        var others = network.Nodes.Values.Where(n => n.Refusal is null && CanTake(n, chain) && !Tenancy.MayShare(network, n, chain)).ToArray();
        return (refused.Length > 0 ? $"; too small: {Some(refused, n => $"node {n.Id} {n.Refusal}")}" : "")
            + (others.Length > 0 ? $"; not to be shared with other owners: {Some(others, n => $"node {n.Id}")}" : "");
    }

    /// <summary>A member takes no second place, and who failed the chain is not drawn for it again.</summary>
    private static bool CanTake(Node node, Chain chain) => node.Visible && node.Machine is not null && node.Free >= Needed(chain) && node.HasFreePorts
        && !chain.Members.ContainsKey(node.Id) && !chain.Barred.Contains(node.Id);

    private static string Some(Node[] nodes, Func<Node, string> text) =>
        string.Join(", ", nodes.Take(MostNamed).Select(text)) + (nodes.Length > MostNamed ? $" and {nodes.Length - MostNamed} more" : "");
}
