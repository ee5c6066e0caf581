using Skale.Contracts;

namespace Skale.Scheduler.Domain;

/// <summary>
/// Which nodes take a chain of a size, and who owns which. Both follow from the nodes: they are made when first asked for and kept from then on, node by node, so that to place a chain
/// does not cost the more the more nodes there are.
/// </summary>
internal sealed class Room
{
    private readonly Dictionary<int, NodeSet> bySlices = [];
    private Dictionary<string, NodeSet>? byOwner;

    /// <summary>Whether a node could take one more chain that needs so many slices, were its machine large enough.</summary>
    public static bool HasRoom(Node node, int slices) => node.Free >= slices && node is { Visible: true, Machine: not null, HasFreePorts: true };

    /// <summary>Nodes that take a chain of so many slices. Not to be changed.</summary>
    public NodeSet For(int slices, IEnumerable<Node> all)
    {
        if (!bySlices.TryGetValue(slices, out var nodes))
        {
            bySlices[slices] = nodes = new(all.Where(n => Takes(n, slices)).Select(n => n.Id));
        }

        return nodes;
    }

    /// <summary>All nodes of an owner, whatever they take. Not to be changed.</summary>
    public NodeSet OwnedBy(string owner, IEnumerable<Node> all)
    {
        byOwner ??= all.GroupBy(n => n.Owner).ToDictionary(o => o.Key, o => new NodeSet(o.Select(n => n.Id)));
        return byOwner[owner];
    }

    /// <summary>A node is new, or another than it was.</summary>
    public void Set(Node? before, Node after)
    {
        foreach (var (slices, nodes) in bySlices)
        {
            _ = Takes(after, slices) ? nodes.Add(after.Id) : nodes.Remove(after.Id);
        }

        if (byOwner is not null && before?.Owner != after.Owner)
        {
            _ = before is not null && byOwner[before.Owner].Remove(before.Id);
            if (!byOwner.TryGetValue(after.Owner, out var owned))
            {
                byOwner[after.Owner] = owned = [];
            }

            owned.Add(after.Id);
        }
    }

    private static bool Takes(Node node, int slices) => node.Refusal is null && HasRoom(node, slices);
}
