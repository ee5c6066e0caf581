using System.Collections;
using Skale.Contracts;

namespace Skale.Scheduler.Domain;

/// <summary>
/// A set of nodes in which the n-th can be taken, and which is told by a digest. A copy costs nothing until one of the two changes: till then they have the same blocks, and a digest
/// that was asked of one is known to the other. So a set, its copies included, belongs to one thread.
/// </summary>
public sealed class NodeSet : IReadOnlyCollection<NodeId>
{
    private NodeBlocks blocks;

    /// <summary>Copies have these blocks too, or had them.</summary>
    private bool shared;

    public NodeSet() => blocks = new();

    public NodeSet(IEnumerable<NodeId> nodes)
        : this()
    {
        foreach (var node in nodes)
        {
            Add(node);
        }
    }

    private NodeSet(NodeBlocks blocks) => (this.blocks, shared) = (blocks, true);

    public int Count => blocks.Count;

    /// <summary>The n-th in rising order of id, n from 0.</summary>
    public NodeId this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            return blocks[index];
        }
    }

    /// <summary>The same nodes, to go their own way.</summary>
    public NodeSet Copy()
    {
        shared = true;
        return new(blocks);
    }

    public bool Contains(NodeId node) => blocks.Contains(node);

    /// <returns>Whether it was not there before.</returns>
    public bool Add(NodeId node)
    {
        // What changes nothing makes no copy, and leaves the digest known.
        if (Contains(node))
        {
            return false;
        }

        Own().Add(node);
        return true;
    }

    /// <returns>Whether it was there before.</returns>
    public bool Remove(NodeId node)
    {
        if (!Contains(node))
        {
            return false;
        }

        Own().Remove(node);
        return true;
    }

    /// <summary>Takes out all that are in the other set too.</summary>
    public void Except(NodeSet other) => Own().Except(other.blocks);

    /// <summary>Takes out all that are not in the other set.</summary>
    public void Intersect(NodeSet other)
    {
        foreach (var node in Without(other))
        {
            Remove(node);
        }
    }

    /// <summary>Those that are not in the other set, in rising order of id.</summary>
    public NodeId[] Without(NodeSet other) => blocks.Without(other.blocks);

    /// <summary>
    /// sha256 over the blocks that have a node, in rising order: 8 bytes for the block, which is id / 64 rounded down, and 8 bytes with bit (id mod 64) set for each node of it, bit 0
    /// being the lowest; both big-endian. Computed once, until a node comes or goes.
    /// </summary>
    public string Digest() => blocks.Digest();

    /// <summary>In rising order of id.</summary>
    public IEnumerator<NodeId> GetEnumerator() => blocks.Nodes().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private NodeBlocks Own()
    {
        if (shared)
        {
            (blocks, shared) = (blocks.Clone(), false);
        }

        return blocks;
    }
}
