using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;
using Skale.Contracts;

namespace Skale.Scheduler.Domain;

/// <summary>
/// What a <see cref="NodeSet"/> holds: a bit for each node, in blocks of 64 ids, in rising order of block. Ids count up from 0, so there are few blocks. Beside them stands how many
/// nodes every 16 blocks have, so that the n-th is found without a look at all of them.
/// </summary>
internal sealed class NodeBlocks
{
    private const int BlockBits = 6;
    private const int SumBits = 4;
    private const int StackWords = 512;

    /// <summary>Never written to: a clone has the same.</summary>
    private long[] blocks = [];
    private ulong[] bits = [];
    private int[] sums = [];

    /// <summary>Null while nobody has asked for it since the bits changed.</summary>
    private string? digest;

    public int Count { get; private set; }

    /// <summary>The n-th in rising order of id, n from 0 and below <see cref="Count"/>.</summary>
    public NodeId this[int index]
    {
        get
        {
            var sum = 0;
            for (; index >= sums[sum]; sum++)
            {
                index -= sums[sum];
            }

            var at = sum << SumBits;
            for (int here; index >= (here = BitOperations.PopCount(bits[at])); at++)
            {
                index -= here;
            }

            return new((blocks[at] << BlockBits) + Select(bits[at], index));
        }
    }

    public NodeBlocks Clone() => new() { blocks = blocks, bits = [.. bits], sums = [.. sums], digest = digest, Count = Count };

    public bool Contains(NodeId node) => Find(BlockOf(node)) is >= 0 and var at && (bits[at] & BitOf(node)) != 0;

    public void Add(NodeId node)
    {
        var at = Find(BlockOf(node));
        if (at < 0)
        {
            at = ~at;
            Insert(at, BlockOf(node));
        }

        Put(at, bits[at] | BitOf(node));
    }

    public void Remove(NodeId node)
    {
        if (Find(BlockOf(node)) is >= 0 and var at)
        {
            Put(at, bits[at] & ~BitOf(node));
        }
    }

    public void Except(NodeBlocks other)
    {
        for (var there = 0; there < other.blocks.Length; there++)
        {
            if (Find(other.blocks[there]) is >= 0 and var at)
            {
                Put(at, bits[at] & ~other.bits[there]);
            }
        }
    }

    /// <summary>Those that the other has not, in rising order.</summary>
    public NodeId[] Without(NodeBlocks other)
    {
        List<NodeId>? left = null;
        for (var at = 0; at < blocks.Length; at++)
        {
            var there = bits[at] == 0 ? -1 : other.Find(blocks[at]);
            for (var only = there < 0 ? bits[at] : bits[at] & ~other.bits[there]; only != 0; only &= only - 1)
            {
                (left ??= []).Add(new((blocks[at] << BlockBits) + BitOperations.TrailingZeroCount(only)));
            }
        }

        return left is null ? [] : [.. left];
    }

    public string Digest() => digest ??= Digested();

    public IEnumerable<NodeId> Nodes()
    {
        for (var at = 0; at < blocks.Length; at++)
        {
            for (var left = bits[at]; left != 0; left &= left - 1)
            {
                yield return new((blocks[at] << BlockBits) + BitOperations.TrailingZeroCount(left));
            }
        }
    }

    private static long BlockOf(NodeId node) => node.Value >> BlockBits;

    private static ulong BitOf(NodeId node) => 1UL << (int)(node.Value & ((1 << BlockBits) - 1));

    private static ulong BigEndian(ulong word) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(word) : word;

    /// <summary>Which bit is the n-th that is set.</summary>
    private static int Select(ulong bits, int index)
    {
        if (Bmi2.X64.IsSupported)
        {
            return BitOperations.TrailingZeroCount(Bmi2.X64.ParallelBitDeposit(1UL << index, bits));
        }

        for (; index > 0; index--)
        {
            bits &= bits - 1;
        }

        return BitOperations.TrailingZeroCount(bits);
    }

    private string Digested()
    {
        var words = 2 * blocks.Length;
        var text = words <= StackWords ? stackalloc ulong[StackWords] : new ulong[words];
        var written = 0;
        for (var at = 0; at < blocks.Length; at++)
        {
            if (bits[at] != 0)
            {
                text[written++] = BigEndian((ulong)blocks[at]);
                text[written++] = BigEndian(bits[at]);
            }
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(text[..written]), hash);
        return "0x" + Convert.ToHexStringLower(hash);
    }

    /// <summary>As in a binary search; where ids begin with 0 and none is missing, at once.</summary>
    private int Find(long block) => block >= 0 && block < blocks.Length && blocks[block] == block ? (int)block : Array.BinarySearch(blocks, block);

    /// <summary>Once for every 64 nodes.</summary>
    private void Insert(int at, long block)
    {
        blocks = [.. blocks[..at], block, .. blocks[at..]];
        bits = [.. bits[..at], 0, .. bits[at..]];
        sums = new int[(bits.Length + (1 << SumBits) - 1) >> SumBits];
        for (at = 0; at < bits.Length; at++)
        {
            sums[at >> SumBits] += BitOperations.PopCount(bits[at]);
        }
    }

    private void Put(int at, ulong changed)
    {
        if (bits[at] != changed)
        {
            var more = BitOperations.PopCount(changed) - BitOperations.PopCount(bits[at]);
            (bits[at], digest) = (changed, null);
            sums[at >> SumBits] += more;
            Count += more;
        }
    }
}
