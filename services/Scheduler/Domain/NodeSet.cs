using System.Buffers.Binary;
using System.Collections;
using System.Numerics;
using System.Security.Cryptography;
using Skale.Contracts;

namespace Skale.Scheduler.Domain;

/// <summary>
/// A set of nodes in which the n-th can be taken: a bit for each, in blocks of 64 ids. Ids count up from 0, so there are few blocks, and what is done with all of them costs next to nothing.
/// </summary>
public sealed class NodeSet : IReadOnlyCollection<NodeId>
{
    private const int BlockBits = 6;
    private readonly List<long> blocks;
    private readonly List<ulong> bits;

    public NodeSet() => (blocks, bits) = ([], []);

    public NodeSet(IEnumerable<NodeId> nodes)
        : this()
    {
        foreach (var node in nodes)
        {
            Add(node);
        }
    }

    private NodeSet(NodeSet other) => (blocks, bits, Count) = ([.. other.blocks], [.. other.bits], other.Count);

    public int Count { get; private set; }

    /// <summary>The n-th in rising order of id, n from 0.</summary>
    public NodeId this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            for (var at = 0; at < bits.Count; at++)
            {
                var here = BitOperations.PopCount(bits[at]);
                if (index < here)
                {
                    return new((blocks[at] << BlockBits) + Select(bits[at], index));
                }

                index -= here;
            }

            throw new ArgumentOutOfRangeException(nameof(index));
        }
    }

    /// <summary>The same nodes, to go their own way.</summary>
    public NodeSet Copy() => new(this);

    public bool Contains(NodeId node) => Find(BlockOf(node)) is >= 0 and var at && (bits[at] & BitOf(node)) != 0;

    /// <returns>Whether it was not there before.</returns>
    public bool Add(NodeId node)
    {
        var at = Find(BlockOf(node));
        if (at < 0)
        {
            at = ~at;
            blocks.Insert(at, BlockOf(node));
            bits.Insert(at, 0);
        }

        return Put(at, bits[at] | BitOf(node));
    }

    /// <returns>Whether it was there before.</returns>
    public bool Remove(NodeId node) => Find(BlockOf(node)) is >= 0 and var at && Put(at, bits[at] & ~BitOf(node));

    /// <summary>Takes out all that are in the other set too.</summary>
    public void Except(NodeSet other)
    {
        for (var there = 0; there < other.blocks.Count; there++)
        {
            if (Find(other.blocks[there]) is >= 0 and var at)
            {
                Put(at, bits[at] & ~other.bits[there]);
            }
        }
    }

    /// <summary>
    /// sha256 over the blocks that have a node, in rising order: 8 bytes for the block, which is id / 64 rounded down, and 8 bytes with bit (id mod 64) set for each node of it, bit 0
    /// being the lowest; both big-endian.
    /// </summary>
    public string Digest()
    {
        var (text, length) = (new byte[blocks.Count * 2 * sizeof(ulong)], 0);
        for (var at = 0; at < blocks.Count; at++)
        {
            if (bits[at] != 0)
            {
                BinaryPrimitives.WriteInt64BigEndian(text.AsSpan(length), blocks[at]);
                BinaryPrimitives.WriteUInt64BigEndian(text.AsSpan(length + sizeof(ulong)), bits[at]);
                length += 2 * sizeof(ulong);
            }
        }

        return "0x" + Convert.ToHexStringLower(SHA256.HashData(text.AsSpan(0, length)));
    }

    /// <summary>In rising order of id.</summary>
    public IEnumerator<NodeId> GetEnumerator()
    {
        for (var at = 0; at < bits.Count; at++)
        {
            for (var left = bits[at]; left != 0; left &= left - 1)
            {
                yield return new((blocks[at] << BlockBits) + BitOperations.TrailingZeroCount(left));
            }
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static long BlockOf(NodeId node) => node.Value >> BlockBits;

    private static ulong BitOf(NodeId node) => 1UL << (int)(node.Value & ((1 << BlockBits) - 1));

    private static int Select(ulong bits, int index)
    {
        for (; index > 0; index--)
        {
            bits &= bits - 1;
        }

        return BitOperations.TrailingZeroCount(bits);
    }

    /// <summary>As in a binary search; where ids begin with 0 and none is missing, at once.</summary>
    private int Find(long block) => block >= 0 && block < blocks.Count && blocks[(int)block] == block ? (int)block : blocks.BinarySearch(block);

    private bool Put(int at, ulong changed)
    {
        var more = BitOperations.PopCount(changed) - BitOperations.PopCount(bits[at]);
        (bits[at], Count) = (changed, Count + more);
        return more != 0;
    }
}
