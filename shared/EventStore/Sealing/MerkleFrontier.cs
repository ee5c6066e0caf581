using System.Numerics;

namespace Skale.EventStore;

/// <summary>
/// The right edge of a growing Merkle tree (RFC 6962, section 2.1): the roots of the complete subtrees its leaves fall into, one for each bit of the size.
/// It is all that is needed to go on: to push further leaves, and to know the root at any size on the way. Not safe for concurrent use.
/// </summary>
public sealed class MerkleFrontier
{
    /// <summary>At level n the root of 2^n leaves; meaningful where the bit n of <see cref="Size"/> is set.</summary>
    private readonly MerkleHash[] subtrees = new MerkleHash[63];

    public MerkleFrontier()
    {
    }

    /// <summary>
    /// Goes on from an exported frontier. The hashes are believed as they are: compare <see cref="Root"/> with that of a signed checkpoint of the same size.
    /// </summary>
    /// <param name="size">In leaves, 0 or more.</param>
    /// <param name="subtrees">As from <see cref="Subtrees"/>: largest first, one for each bit of the size that is set.</param>
    /// <exception cref="ArgumentException">There are more or fewer hashes than the size has bits set.</exception>
    public MerkleFrontier(long size, ReadOnlySpan<MerkleHash> subtrees)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        if (BitOperations.PopCount((ulong)size) != subtrees.Length)
        {
            throw new ArgumentException($"A frontier of {size} leaves has {BitOperations.PopCount((ulong)size)} subtrees; here are {subtrees.Length}.", nameof(subtrees));
        }

        Size = size;
        var next = subtrees.Length;
        for (var rest = size; rest != 0; rest &= rest - 1)
        {
            this.subtrees[BitOperations.TrailingZeroCount(rest)] = subtrees[--next];
        }
    }

    /// <summary>How many leaves were pushed.</summary>
    public long Size { get; private set; }

    /// <summary>Appends a leaf by its hash (<see cref="MerkleHash.OfLeaf"/>). Costs one node hash on average and allocates nothing.</summary>
    public void Push(in MerkleHash leaf) => Push(leaf, 0);

    /// <summary>Appends 2^level leaves at once by the root of their complete subtree; the size must be a multiple of 2^level.</summary>
    internal void Push(in MerkleHash subtree, int level)
    {
        var added = 1L << level;
        if ((Size & (added - 1)) != 0)
        {
            throw new ArgumentException($"A subtree of {added} leaves cannot follow {Size} leaves.", nameof(level));
        }

        var root = subtree;
        for (; (Size >> level & 1) != 0; level++)
        {
            root = MerkleHash.OfNode(subtrees[level], root);
        }

        subtrees[level] = root;
        Size += added;
    }

    /// <summary>The root of the tree of all leaves so far (RFC 6962: MTH).</summary>
    public MerkleHash Root()
    {
        if (Size == 0)
        {
            return MerkleHash.EmptyRoot;
        }

        var root = subtrees[BitOperations.TrailingZeroCount(Size)];
        for (var rest = Size & (Size - 1); rest != 0; rest &= rest - 1)
        {
            root = MerkleHash.OfNode(subtrees[BitOperations.TrailingZeroCount(rest)], root);
        }

        return root;
    }

    /// <summary>The frontier itself: the roots of the complete subtrees, largest (leftmost) first.</summary>
    public MerkleHash[] Subtrees()
    {
        var exported = new MerkleHash[BitOperations.PopCount((ulong)Size)];
        var next = exported.Length;
        for (var rest = Size; rest != 0; rest &= rest - 1)
        {
            exported[--next] = subtrees[BitOperations.TrailingZeroCount(rest)];
        }

        return exported;
    }

    internal void Clear() => Size = 0;
}
