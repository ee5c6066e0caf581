using System.Numerics;

namespace Skale.EventStore;

/// <summary>
/// Makes one proof in one pass over the leaves: say what to prove, push all leaf hashes from the first to the last, take the proof. A proof is a list of
/// roots of disjoint ranges of leaves, known before the first leaf is seen, so memory is O(log n).
/// </summary>
public sealed class MerkleProver
{
    private readonly (long Start, long End)[] ranges;
    private readonly int[] byStart;
    private readonly MerkleHash[] proof;
    private readonly MerkleFrontier current = new();
    private int next;

    private MerkleProver(long size, List<(long Start, long End)> fromTheRoot)
    {
        Size = size;
        fromTheRoot.Reverse();
        ranges = [.. fromTheRoot];
        byStart = [.. Enumerable.Range(0, ranges.Length).OrderBy(i => ranges[i].Start)];
        proof = new MerkleHash[ranges.Length];
    }

    /// <summary>The size of the tree the proof is about, in leaves.</summary>
    public long Size { get; }

    /// <summary>How many leaves were pushed.</summary>
    public long Pushed { get; private set; }

    /// <summary>That leaf <paramref name="index"/> (from 0) is in the tree of <paramref name="size"/> leaves: PATH of RFC 6962, section 2.1.1.</summary>
    public static MerkleProver OfInclusion(long index, long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        var path = new List<(long, long)>();
        var (start, end) = (0L, size);
        while (end - start > 1)
        {
            var split = start + LargestPowerOfTwoBelow(end - start);
            (var sibling, start, end) = index < split ? ((split, end), start, split) : ((start, split), split, end);
            path.Add(sibling);
        }

        return new(size, path);
    }

    /// <summary>
    /// That the tree of <paramref name="newSize"/> leaves begins with the tree of <paramref name="oldSize"/> leaves: PROOF of RFC 6962, section 2.1.2.
    /// The old size is 1 or more: every tree extends the empty one, and no proof of that exists.
    /// </summary>
    public static MerkleProver OfConsistency(long oldSize, long newSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(oldSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(oldSize, newSize);
        var path = new List<(long, long)>();
        var (start, end) = (0L, newSize);
        while (end != oldSize)
        {
            var split = start + LargestPowerOfTwoBelow(end - start);
            (var sibling, start, end) = oldSize <= split ? ((split, end), start, split) : ((start, split), split, end);
            path.Add(sibling);
        }

        if (start != 0)
        {
            path.Add((start, end)); // otherwise it is the old root, which the verifier has
        }

        return new(newSize, path);
    }

    /// <summary>Takes the place of pushing the leaves before a frontier, for one who has no others.</summary>
    /// <exception cref="ArgumentException">The proof needs single leaves from before the frontier: the leaf or the old size lies there.</exception>
    public void Begin(MerkleFrontier frontier)
    {
        if (Pushed != 0)
        {
            throw new InvalidOperationException($"The proof begins with leaf 0; {Pushed} leaves were pushed already.");
        }

        var rest = frontier.Size;
        foreach (var subtree in frontier.Subtrees())
        {
            var level = BitOperations.Log2((ulong)rest);
            Push(subtree, level);
            rest -= 1L << level;
        }
    }

    /// <summary>The next leaf by its hash (<see cref="MerkleHash.OfLeaf"/>). Allocates nothing.</summary>
    public void Push(in MerkleHash leaf) => Push(leaf, 0);

    /// <summary>The proof, nearest to the leaves first, as RFC 6962 orders it.</summary>
    /// <exception cref="InvalidOperationException">Not all leaves were pushed.</exception>
    public MerkleHash[] Proof() => Pushed == Size
        ? [.. proof]
        : throw new InvalidOperationException($"A proof about {Size} leaves cannot be had after {Pushed}: push the others first.");

    private void Push(in MerkleHash subtree, int level)
    {
        var end = Pushed + (1L << level);
        if (end > Size)
        {
            throw new InvalidOperationException($"The proof is about {Size} leaves; leaf {end - 1} is not one of them.");
        }

        if (next < ranges.Length && end > ranges[byStart[next]].Start)
        {
            var range = ranges[byStart[next]];
            if (Pushed < range.Start || end > range.End)
            {
                throw new ArgumentException($"The proof needs single leaves among {Pushed} to {end - 1}, of which only a common hash is given. Begin further back.", nameof(subtree));
            }

            current.Push(subtree, level);
            if (end == range.End)
            {
                proof[byStart[next++]] = current.Root();
                current.Clear();
            }
        }

        Pushed = end;
    }

    private static long LargestPowerOfTwoBelow(long number) => 1L << BitOperations.Log2((ulong)number - 1);
}
