using System.Numerics;

namespace Skale.EventStore;

/// <summary>Checks proofs about Merkle trees as in RFC 6962, with the algorithms of RFC 9162, sections 2.1.3.2 and 2.1.4.2. Every input may be hostile.</summary>
public static class MerkleProof
{
    /// <summary>Whether the proof shows that <paramref name="leaf"/> is leaf number <paramref name="index"/> (from 0) of the tree.</summary>
    public static bool IsIncluded(in MerkleHash leaf, long index, long size, in MerkleHash root, ReadOnlySpan<MerkleHash> proof)
    {
        if (index < 0 || index >= size)
        {
            return false;
        }

        var (number, last, hash) = (index, size - 1, leaf);
        foreach (ref readonly var node in proof)
        {
            if (last == 0)
            {
                return false;
            }

            if (IsRightOrLast(number, last))
            {
                hash = MerkleHash.OfNode(node, hash);
                Rise(ref number, ref last, LevelsUntilRight(number));
            }
            else
            {
                hash = MerkleHash.OfNode(hash, node);
            }

            Rise(ref number, ref last, 1);
        }

        return last == 0 && hash == root;
    }

    /// <summary>
    /// Whether the proof shows that the new tree begins with all leaves of the old one. False for an old size of 0, as there is no such proof: every tree
    /// extends the empty one, and the caller that has an empty tree to compare with need not ask.
    /// </summary>
    public static bool IsConsistent(long oldSize, in MerkleHash oldRoot, long newSize, in MerkleHash newRoot, ReadOnlySpan<MerkleHash> proof)
    {
        if (oldSize <= 0 || oldSize > newSize)
        {
            return false;
        }

        if (oldSize == newSize)
        {
            return proof.IsEmpty && oldRoot == newRoot;
        }

        if (proof.IsEmpty)
        {
            return false;
        }

        var startsAtOldRoot = BitOperations.IsPow2(oldSize);
        var (oldHash, newHash) = startsAtOldRoot ? (oldRoot, oldRoot) : (proof[0], proof[0]);
        var (number, last) = (oldSize - 1, newSize - 1);
        Rise(ref number, ref last, BitOperations.TrailingZeroCount(~number));
        foreach (ref readonly var node in proof[(startsAtOldRoot ? 0 : 1)..])
        {
            if (last == 0)
            {
                return false;
            }

            if (IsRightOrLast(number, last))
            {
                (oldHash, newHash) = (MerkleHash.OfNode(node, oldHash), MerkleHash.OfNode(node, newHash));
                Rise(ref number, ref last, LevelsUntilRight(number));
            }
            else
            {
                newHash = MerkleHash.OfNode(newHash, node);
            }

            Rise(ref number, ref last, 1);
        }

        return last == 0 && oldHash == oldRoot && newHash == newRoot;
    }

    private static bool IsRightOrLast(long number, long last) => (number & 1) != 0 || number == last;

    /// <summary>How far up the first level is at which the node is a right child; none for the first node of a level, which stays first.</summary>
    private static int LevelsUntilRight(long number) => number == 0 ? 0 : BitOperations.TrailingZeroCount(number);

    private static void Rise(ref long number, ref long last, int levels) => (number, last) = (number >> levels, last >> levels);
}
