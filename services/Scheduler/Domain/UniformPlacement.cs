using System.Buffers.Binary;
using System.Security.Cryptography;
using Skale.Contracts;

namespace Skale.Scheduler.Domain;

/// <summary>
/// An unbiased draw without replacement. Version 1: seed = sha256(block hash, chain hash, fact number as 8 bytes big-endian); the n-th number
/// (n from 0) is the first 8 bytes, big-endian, of sha256(seed, n as 4 bytes big-endian); numbers at or above the greatest multiple of the
/// count still left are thrown away; the rest modulo that count is the index drawn, and the last of the list takes the drawn one's place.
/// </summary>
public sealed class UniformPlacement : IPlacementStrategy
{
    public const string StrategyName = "uniform";

    public string Name => StrategyName;

    public (IReadOnlyList<NodeId> Group, PlacementEvidence Evidence) Choose(PlacementRequest request)
    {
        var seed = Seed(request);
        var left = request.Candidates.ToList();
        var group = new List<NodeId>(request.GroupSize);
        var draws = new List<int>(request.GroupSize);
        uint counter = 0;
        while (group.Count < request.GroupSize)
        {
            var index = Draw(seed, ref counter, left.Count);
            draws.Add(index);
            group.Add(left[index]);
            left[index] = left[^1];
            left.RemoveAt(left.Count - 1);
        }

        var evidence = new PlacementEvidence(
            Name, 1, "0x" + Convert.ToHexStringLower(seed), request.Candidates.Count, Placement.Digest(request.Candidates), draws);
        return (group, evidence);
    }

    private static byte[] Seed(PlacementRequest request)
    {
        var input = new byte[72];
        Hashes.Decode(request.BlockHash).CopyTo(input, 0);
        Hashes.Decode(request.ChainHash).CopyTo(input, Hashes.Bytes);
        BinaryPrimitives.WriteInt64BigEndian(input.AsSpan(2 * Hashes.Bytes), request.FactNumber);
        return SHA256.HashData(input);
    }

    private static int Draw(byte[] seed, ref uint counter, int count)
    {
        Span<byte> input = stackalloc byte[36];
        Span<byte> hash = stackalloc byte[32];
        seed.CopyTo(input);
        var surplus = ((ulong.MaxValue % (ulong)count) + 1) % (ulong)count;
        while (true)
        {
            BinaryPrimitives.WriteUInt32BigEndian(input[32..], counter++);
            SHA256.HashData(input, hash);
            var number = BinaryPrimitives.ReadUInt64BigEndian(hash);
            if (number <= ulong.MaxValue - surplus)
            {
                return (int)(number % (ulong)count);
            }
        }
    }
}
