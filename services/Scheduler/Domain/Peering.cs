using System.Collections;
using Skale.Contracts;

namespace Skale.Scheduler.Domain;

/// <summary>Who the other members of a chain are, as each member's machine is told: nobody else reaches the ports that members speak on.</summary>
internal static class Peering
{
    /// <summary>Newcomers are among them before they serve, who is to be removed is not any more.</summary>
    public static Reach[] All(Network network, Chain chain)
    {
        var all = new List<Reach>(chain.Members.Count);
        foreach (var member in chain.Members.Values)
        {
            if (member.Phase != MemberPhase.RemovalOrdered && network.Nodes[member.Node] is var node)
            {
                all.Add(new Reach(node.Id, node.Ip, node.FirstPortOf(member.Slot)));
            }
        }

        return [.. all];
    }

    /// <summary>Of all, the others as a member reaches them, by node; null when it has none.</summary>
    public static IReadOnlyList<Peer>? Of(Reach[] all, NodeId member) =>
        Array.FindIndex(all, r => r.Node == member) is var itself && all.Length - (itself < 0 ? 0 : 1) is > 0 and var others ? new Others(all, itself, others) : null;

    /// <summary>Members that were told of others than there are now are told again: somebody came or went, or has another address. Their containers run on.</summary>
    public static IReadOnlyList<object> Proceed(Network network, Chain chain, DateTimeOffset now)
    {
        var all = All(network, chain);
        return [.. chain.Members.Values.Where(m => m.HasOrder && !IsTold(m, all)).Select(m => Tell(network, chain, m, all, now))];
    }

    private static PeersOrdered Tell(Network network, Chain chain, Member member, Reach[] all, DateTimeOffset now)
    {
        var generation = network.Nodes[member.Node].Generation + 1;
        return new(member.Node, chain.Name, generation, member.Subnode! with { Peers = Of(all, member.Node), Generation = generation }, now);
    }

    private static bool IsTold(Member member, Reach[] all) =>
        (member.Share.All is { } told && told.AsSpan().SequenceEqual(all)) || (Of(all, member.Node) ?? []).SequenceEqual(member.Subnode!.Peers ?? []);

    /// <summary>All but one. Each member of a chain is told of all the others: lists of their own would be most of what is kept of an order.</summary>
    /// <param name="itself">Which one; less than 0 for none.</param>
    private sealed class Others(Reach[] all, int itself, int count) : IReadOnlyList<Peer>
    {
        public int Count => count;

        public Peer this[int index] => all[itself < 0 || index < itself ? index : index + 1].AsPeer();

        public IEnumerator<Peer> GetEnumerator()
        {
            for (var i = 0; i < Count; i++)
            {
                yield return this[i];
            }
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}

/// <summary>A member as the others reach it: a <see cref="Peer"/> of which many lie in one object.</summary>
internal readonly record struct Reach(NodeId Node, string Address, int FirstPort)
{
    public static Reach Of(Peer peer) => new(peer.Node, peer.Address, peer.FirstPort);

    public Peer AsPeer() => new(Node, Address, FirstPort);
}
