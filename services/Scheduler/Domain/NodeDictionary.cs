using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Skale.Contracts;

namespace Skale.Scheduler.Domain;

/// <summary>All nodes: found by id at once, however many there are, and told in rising order of id.</summary>
public sealed class NodeDictionary : IReadOnlyDictionary<NodeId, Node>
{
    private readonly Dictionary<NodeId, Node> nodes;
    private readonly List<NodeId> order;

    public NodeDictionary() => (nodes, order) = ([], []);

    internal NodeDictionary(NodeDictionary other) => (nodes, order) = (new(other.nodes), [.. other.order]);

    public int Count => nodes.Count;

    public IEnumerable<NodeId> Keys => order;

    public IEnumerable<Node> Values => order.Select(id => nodes[id]);

    public Node this[NodeId id] => nodes[id];

    public bool ContainsKey(NodeId key) => nodes.ContainsKey(key);

    public bool TryGetValue(NodeId key, [MaybeNullWhen(false)] out Node value) => nodes.TryGetValue(key, out value);

    public IEnumerator<KeyValuePair<NodeId, Node>> GetEnumerator() => Values.Select(n => KeyValuePair.Create(n.Id, n)).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Adds a node, or puts it in the place of what was known of it.</summary>
    internal void Set(Node node)
    {
        if (nodes.TryAdd(node.Id, node))
        {
            order.Insert(~order.BinarySearch(node.Id), node.Id);
        }

        nodes[node.Id] = node;
    }
}
