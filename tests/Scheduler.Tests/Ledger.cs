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
    private readonly HashSet<(NodeId, ChainName)> running = [];
    private readonly HashSet<(NodeId, ChainName)> ending = [];
    private readonly Dictionary<NodeId, long> generations = [];
    private readonly Dictionary<ChainName, int> groupSizes = [];
    private long lastFact;

    public void Note(Network network, object stored)
    {
        if (stored is IFact fact)
        {
            Rule(fact.Origin.Number == ++lastFact, "facts are recorded in order, without gaps");
        }

        switch (stored)
        {
            case GroupChosen e:
                Rule(e.Group.Distinct().Count() == e.Group.Count, "a group has no duplicates");
                Rule(e.Group.Count == network.Chains[e.Chain].GroupSize, "a group has the size that was bought");
                groupSizes[e.Chain] = e.Group.Count;
                break;
            case SlicesReserved e:
                Rule(network.Chains[e.Chain].Group.Contains(e.Node), "only members reserve");
                Rule(!reserved.Values.Any(r => r.Node == e.Node && r.Slot == e.Slot), "slots of a node are unique");
                reserved.Add((e.Node, e.Chain), e);
                break;
            case SlicesReleased e:
                Rule(!live.Contains((e.Node, e.Chain)), "nothing is released under a live subnode");
                Rule(reserved.Remove((e.Node, e.Chain), out var held) && held.Slices == e.Slices && held.Slot == e.Slot, "what was reserved is released, once");
                break;
            case SubnodeOrdered e:
                Number(e.Node, e.Generation);
                Rule(reserved.TryGetValue((e.Node, e.Chain), out var own) && own.Slot == e.Subnode.Slot, "no subnode without reservation");
                Rule(live.Add((e.Node, e.Chain)), "no two live subnodes for one chain on one node");
                break;
            case SubnodeRemovalOrdered e:
                Number(e.Node, e.Generation);
                Rule(live.Contains((e.Node, e.Chain)) && ending.Add((e.Node, e.Chain)), "a live subnode is ended, once");
                running.Remove((e.Node, e.Chain));
                break;
            case SubnodeRemoved e:
                Rule(ending.Remove((e.Node, e.Chain)) && live.Remove((e.Node, e.Chain)), "a removal counts once, after its order");
                break;
            case AssignmentIssued e:
                Rule(e.Generation == generations.GetValueOrDefault(e.Node), "an assignment bears the last order's number");
                var all = e.Subnodes.Select(s => s.Chain).Concat(e.Removals).Order();
                Rule(all.SequenceEqual(live.Where(l => l.Item1 == e.Node).Select(l => l.Item2).Order()), "an assignment names everything that is live");
                break;
            case SubnodeStarted e:
                running.Add((e.Node, e.Chain));
                break;
            case SubnodeFailed e:
                running.Remove((e.Node, e.Chain));
                break;
            case NodeEnrolled e:
                SeeEnrolled(network, e);
                break;
            case CreationCompleted e:
                Rule(Running(e.Chain) == groupSizes[e.Chain], "active means that all members run");
                break;
            case ServiceRestored e:
                Rule(Running(e.Chain) == groupSizes[e.Chain], "restored means that all members run");
                break;
            case RemovalCompleted e:
                Rule(!reserved.Keys.Any(r => r.Chain == e.Chain), "removed means that nothing is held");
                break;
        }

        foreach (var node in network.Nodes.Values)
        {
            Rule(node.Used is >= 0 and <= Node.TotalSlices, $"0 <= used <= 128, node {node.Id} uses {node.Used}");
            Rule(node.Used == reserved.Values.Where(r => r.Node == node.Id).Sum(r => r.Slices), "used is the sum of reservations");
            Rule(node.Generation == generations.GetValueOrDefault(node.Id), "a node knows its last order's number");
        }
    }

    private void SeeEnrolled(Network network, NodeEnrolled e)
    {
        foreach (var member in network.Chains.Values.SelectMany(c => c.Members.Values.Where(m => m.Node == e.Node).Select(m => (c.Name, m.Phase))))
        {
            _ = member.Phase == MemberPhase.Running ? running.Add((e.Node, member.Name)) : running.Remove((e.Node, member.Name));
        }
    }

    private int Running(ChainName chain) => running.Count(r => r.Item2 == chain);

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
