using Skale.Contracts;
using Skale.Scheduler.Domain;

namespace Skale.Scheduler.Tests;

/// <summary>
/// The scheduler's invariants, kept by a second book that knows only the events: it is told each event right after the network has folded it,
/// and fails at the first that breaks a rule.
/// </summary>
internal sealed class Ledger
{
    private readonly Dictionary<(NodeId Node, ChainName Chain), SlicesReserved> reserved = [];
    private readonly HashSet<(NodeId, ChainName)> live = [];
    /// <summary>The most slices whose limits a live subnode may still have, and those it was last told.</summary>
    private readonly Dictionary<(NodeId, ChainName), int> limits = [];
    private readonly Dictionary<(NodeId, ChainName), int> ordered = [];
    private readonly HashSet<(NodeId, ChainName)> running = [];
    private readonly HashSet<(NodeId, ChainName)> ending = [];
    private readonly Dictionary<ChainName, NodeId> underway = [];
    private readonly Dictionary<NodeId, long> generations = [];
    private readonly Dictionary<ChainName, int> groupSizes = [];
    private long lastFact;

    public void Note(Network network, object stored)
    {
        if (stored is IFact fact)
        {
            Rule(fact.Origin.Number == ++lastFact, "facts are recorded in order, without gaps");
        }

        foreach (var each in StoredEvents.NodeByNode(stored))
        {
            NoteOne(network, each);
        }

        foreach (var node in network.Nodes.Values)
        {
            Rule(node.Used is >= 0 and <= Node.TotalSlices, $"0 <= used <= 128, node {node.Id} uses {node.Used}");
            Rule(node.Used == reserved.Values.Where(r => r.Node == node.Id).Sum(r => r.Slices), "used is the sum of reservations");
            Rule(node.Generation == generations.GetValueOrDefault(node.Id), "a node knows its last order's number");
        }
    }

    private void NoteOne(Network network, object stored)
    {
        switch (stored)
        {
            case GroupChosen e:
                Rule(e.Group.Distinct().Count() == e.Group.Count, "a group has no duplicates");
                Rule(e.Group.Count == network.Chains[e.Chain].GroupSize, "a group has the size that was bought");
                groupSizes[e.Chain] = e.Group.Count;
                break;
            case ReplacementStarted e:
                Rule(network.Chains[e.Chain].Group[e.Seat] == e.OldNode && !network.Chains[e.Chain].Group.Contains(e.NewNode), "a newcomer takes a member's place and is none itself");
                Rule(underway.TryAdd(e.Chain, e.NewNode), "a chain has one replacement at a time");
                Rule(!reserved.ContainsKey((e.NewNode, e.Chain)), "a newcomer holds nothing before");
                break;
            case ReplacementCompleted e:
                Rule(underway.Remove(e.Chain, out var came) && came == e.NewNode && running.Contains((e.NewNode, e.Chain)), "a newcomer that serves completes its replacement, once");
                Rule(e.Group.Distinct().Count() == e.Group.Count && e.Group.Count == network.Chains[e.Chain].GroupSize && e.Group[e.Seat] == e.NewNode, "the newcomer has the old member's place");
                break;
            case ReplacementFailed e:
                Rule(underway.Remove(e.Chain, out var gone) ? gone == e.NewNode : true, "what failed was begun or deferred");
                break;
            case ChainDeleted e:
                underway.Remove(e.Chain);
                break;
            case RemovalStarted e:
                underway.Remove(e.Chain);
                break;
            case PurchaseUndone e:
                underway.Remove(e.Chain);
                break;
            case GroupUndone e:
                underway.Remove(e.Chain);
                break;
            case SlicesReserved e:
                Rule(network.Chains[e.Chain].Group.Contains(e.Node) || network.Chains[e.Chain].Underway?.New == e.Node, "only members and one newcomer reserve");
                Rule(!reserved.Values.Any(r => r.Node == e.Node && r.Slot == e.Slot), "slots of a node are unique");
                reserved.Add((e.Node, e.Chain), e);
                var owners = reserved.Keys.Where(r => r.Node == e.Node).Select(r => network.Chains[r.Chain]).ToArray();
                Rule(!owners.Any(c => c.Dedicated) || owners.Select(c => c.Owner).Distinct().Count() == 1, "a dedicated node serves one owner");
                break;
            case SlicesResized e:
                Rule(reserved.TryGetValue((e.Node, e.Chain), out var sized) && sized.Slices == e.Before, "what is resized is reserved");
                Rule(e.After > e.Before || !limits.TryGetValue((e.Node, e.Chain), out var confirmed) || confirmed <= e.After, "nothing is given back that the node still uses");
                reserved[(e.Node, e.Chain)] = sized! with { Slices = e.After };
                break;
            case LimitsOrdered e:
                Number(e.Node, e.Generation);
                Rule(live.Contains((e.Node, e.Chain)) && !ending.Contains((e.Node, e.Chain)), "limits are ordered for what lives");
                Rule(reserved[(e.Node, e.Chain)].Slices >= e.Subnode.Slices, "no more is ordered than is reserved");
                limits[(e.Node, e.Chain)] = Math.Max(limits[(e.Node, e.Chain)], e.Subnode.Slices);
                ordered[(e.Node, e.Chain)] = e.Subnode.Slices;
                break;
            case ImageOrdered e:
                Number(e.Node, e.Generation);
                Rule(live.Contains((e.Node, e.Chain)) && !ending.Contains((e.Node, e.Chain)), "an image is ordered for what lives");
                Rule(network.Chains[e.Chain].ImageChange?.Target == e.Subnode.Image, "only the image that the chain is to run is ordered");
                Rule(!running.Contains((e.Node, e.Chain)) || AllRun(network, e.Chain), "who serves gets another image only while all serve");
                running.Remove((e.Node, e.Chain));
                break;
            case ImageChangeCompleted e:
                Rule(AllRun(network, e.Chain) && AllHave(network, e.Chain, e.Image), "a change of image is completed when all serve with it");
                break;
            case ImageChangeRolledBack e:
                Rule(AllRun(network, e.Chain) && AllHave(network, e.Chain, e.Image), "a change of image is rolled back when all serve as before");
                break;
            case SlicesReleased e:
                Rule(!live.Contains((e.Node, e.Chain)), "nothing is released under a live subnode");
                Rule(reserved.Remove((e.Node, e.Chain), out var held) && held.Slices == e.Slices && held.Slot == e.Slot, "what was reserved is released, once");
                break;
            case SubnodeOrdered e:
                Number(e.Node, e.Generation);
                Rule(reserved.TryGetValue((e.Node, e.Chain), out var own) && own.Slot == e.Subnode.Slot, "no subnode without reservation");
                limits[(e.Node, e.Chain)] = ordered[(e.Node, e.Chain)] = e.Subnode.Slices;
                Rule(live.Add((e.Node, e.Chain)), "no two live subnodes for one chain on one node");
                break;
            case PeersOrdered e:
                Number(e.Node, e.Generation);
                Rule(live.Contains((e.Node, e.Chain)) && !ending.Contains((e.Node, e.Chain)), "who is told of others is live");
                break;
            case SubnodeRemovalOrdered e:
                Number(e.Node, e.Generation);
                Rule(live.Contains((e.Node, e.Chain)) && ending.Add((e.Node, e.Chain)), "a live subnode is ended, once");
                Rule(!network.Chains[e.Chain].HasGroup || (!network.Chains[e.Chain].Group.Contains(e.Node) && network.Chains[e.Chain].Underway?.New != e.Node), "who serves or comes is not ended");
                running.Remove((e.Node, e.Chain));
                break;
            case SubnodeRemoved e when network.Chains[e.Chain].Members[e.Node].Subnode!.Generation >= e.Generation:
                Rule(ending.Contains((e.Node, e.Chain)), "what was removed before its order is told again only while it is awaited");
                break;
            case SubnodeRemoved e:
                limits.Remove((e.Node, e.Chain));
                Rule(ending.Remove((e.Node, e.Chain)) && live.Remove((e.Node, e.Chain)), "a removal counts once, after its order");
                break;
            case AssignmentIssued e:
                Rule(e.Generation == generations.GetValueOrDefault(e.Node), "an assignment bears the last order's number");
                var all = e.Subnodes.Select(s => s.Chain).Concat(e.Removals).Order();
                Rule(all.SequenceEqual(live.Where(l => l.Item1 == e.Node).Select(l => l.Item2).Order()), "an assignment names everything that is live");
                break;
            case SubnodeStarted e:
                running.Add((e.Node, e.Chain));
                limits[(e.Node, e.Chain)] = ordered[(e.Node, e.Chain)];
                break;
            case SubnodeFailed e:
                running.Remove((e.Node, e.Chain));
                break;
            case NodeEnrolled e:
                SeeEnrolled(network, e);
                break;
            case CreationCompleted e:
                Rule(AllRun(network, e.Chain), "active means that all members run");
                break;
            case ServiceRestored e:
                Rule(AllRun(network, e.Chain), "restored means that all members run");
                break;
            case RemovalCompleted e:
                Rule(!reserved.Keys.Any(r => r.Chain == e.Chain), "removed means that nothing is held");
                break;
        }
    }

    private void SeeEnrolled(Network network, NodeEnrolled e)
    {
        foreach (var member in network.Chains.Values.SelectMany(c => c.Members.Values.Where(m => m.Node == e.Node).Select(m => (c.Name, m.Phase))))
        {
            _ = member.Phase == MemberPhase.Running ? running.Add((e.Node, member.Name)) : running.Remove((e.Node, member.Name));
        }
    }

    private static bool AllHave(Network network, ChainName chain, string image) =>
        network.Chains[chain] is var known && known.Group.All(n => known.Members[n] is { AwaitsImage: false, Subnode: { } subnode } && subnode.Image == image);

    private bool AllRun(Network network, ChainName chain) => network.Chains[chain].Group is var group && group.Length == groupSizes[chain] && group.All(n => running.Contains((n, chain)));

    private void Number(NodeId node, long generation) =>
        Rule(generation == (generations[node] = generations.GetValueOrDefault(node) + 1), "orders to a node are numbered without gaps");

    private static void Rule(bool holds, string rule)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"Broken: {rule}.");
        }
    }
}
