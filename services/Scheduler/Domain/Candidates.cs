using Skale.Contracts;

namespace Skale.Scheduler.Domain;

/// <summary>The nodes that can take one more member of a chain.</summary>
internal static class Candidates
{
    private const int MostNamed = 3;

    /// <summary>To be changed by whoever asks.</summary>
    public static NodeSet Of(Network network, Chain chain, bool asTheContractSees)
    {
        var nodes = network.Room.For(Needed(chain), network.Nodes.Values).Copy();
        foreach (var node in chain.Members.Keys.Concat(chain.Barred))
        {
            nodes.Remove(node);
        }

        if (Tenancy.MayBeKeptOut(network, chain))
        {
            nodes = new(nodes.Where(n => Tenancy.MayShare(network, network.Nodes[n], chain)));
        }

        if (asTheContractSees)
        {
            nodes.Intersect(network.Contract.Room.For(Needed(chain)).Free);
        }

        return nodes;
    }

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
    private static bool CanTake(Node node, Chain chain) => Room.HasRoom(node, Needed(chain)) && !chain.Members.ContainsKey(node.Id) && !chain.Barred.Contains(node.Id);

    private static string Some(Node[] nodes, Func<Node, string> text) =>
        string.Join(", ", nodes.Take(MostNamed).Select(text)) + (nodes.Length > MostNamed ? $" and {nodes.Length - MostNamed} more" : "");
}
