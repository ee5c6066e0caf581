using System.Collections;
using Skale.Contracts;

namespace Skale.Scheduler.Domain;

/// <summary>Who the other members of a chain are, as each member's machine is told: nobody else reaches the ports that members speak on.</summary>
internal static class Peering
{
    /// <summary>Newcomers are among them before they serve, who is to be removed is not any more.</summary>
    public static Peer[] All(Network network, Chain chain)
    {
        var all = new List<Peer>(chain.Members.Count);
        foreach (var member in chain.Members.Values)
        {
            if (member.Phase != MemberPhase.RemovalOrdered && network.Nodes[member.Node] is var node)
            {
                all.Add(new Peer(node.Id, node.Ip, node.FirstPortOf(member.Slot)));
            }
        }

        return [.. all];
    }

    /// <summary>Of all, the others as a member reaches them, by node; null when it has none.</summary>
    public static IReadOnlyList<Peer>? Of(Peer[] all, NodeId member) => Array.FindIndex(all, p => p.Node == member) switch
    {
        < 0 => all.Length == 0 ? null : all,
        _ when all.Length == 1 => null,
        var itself => new Others(all, itself),
    };

    /// <summary>Members that were told of others than there are now are told again: somebody came or went, or has another address. Their containers run on.</summary>
    public static IReadOnlyList<object> Proceed(Network network, Chain chain, DateTimeOffset now)
    {
        var all = All(network, chain);
        return [.. chain.Members.Values.Where(m => m.HasOrder && !IsTold(m, all)).Select(m => Tell(network, chain, m, all, now))];
    }

    private static PeersOrdered Tell(Network network, Chain chain, Member member, Peer[] all, DateTimeOffset now)
    {
        var generation = network.Nodes[member.Node].Generation + 1;
        return new(member.Node, chain.Name, generation, member.Subnode! with { Peers = Of(all, member.Node), Generation = generation }, now);
    }

    private static bool IsTold(Member member, Peer[] all)
    {
        var (told, at) = (member.Subnode!.Peers, 0);
        foreach (var peer in all)
        {
            if (peer.Node != member.Node && (told is null || at >= told.Count || told[at++] != peer))
            {
                return false;
            }
        }

        return at == (told?.Count ?? 0);
    }

    /// <summary>All but one. Each member of a chain is told of all the others: lists of their own would be most of what is kept of an order.</summary>
    private sealed class Others(Peer[] all, int itself) : IReadOnlyList<Peer>
    {
        public int Count => all.Length - 1;

        public Peer this[int index] => all[index < itself ? index : index + 1];

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
