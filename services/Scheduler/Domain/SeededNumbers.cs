using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Skale.Scheduler.Domain;

/// <summary>
/// The random numbers of our own strategies. The seed is sha256(block hash, chain hash, fact number as 8 bytes big-endian, in two's complement). sha256(seed, n as 4 bytes big-endian),
/// n from 0, gives four numbers, 4n to 4n + 3: its 32 bytes, 8 for each, big-endian. Numbers at or above the greatest multiple of a limit are thrown away; the rest modulo the limit is
/// what is drawn. Until version 2 of the strategies each digest gave one number, its first 8 bytes.
/// </summary>
internal sealed class SeededNumbers
{
    /// <summary>The seed, and which digest of it.</summary>
    private readonly byte[] input = new byte[Hashes.Bytes + sizeof(uint)];
    private readonly byte[] digest = new byte[Hashes.Bytes];
    private int used = Hashes.Bytes;
    private uint next;

    public SeededNumbers(PlacementRequest request)
    {
        Span<byte> origin = stackalloc byte[(2 * Hashes.Bytes) + sizeof(long)];
        Hashes.Decode(request.BlockHash, origin);
        Hashes.Decode(request.ChainHash, origin[Hashes.Bytes..]);
        BinaryPrimitives.WriteInt64BigEndian(origin[(2 * Hashes.Bytes)..], request.FactNumber);
        SHA256.HashData(origin, input);
        Seed = "0x" + Convert.ToHexStringLower(input.AsSpan(0, Hashes.Bytes));
    }

    /// <summary>0x and 64 hex digits.</summary>
    public string Seed { get; }

    public int Below(int limit)
    {
        int drawn;
        while (!TryReduce(Next(), limit, out drawn))
        {
        }

        return drawn;
    }

    /// <summary>The number modulo the limit; false when it is at or above the greatest multiple of the limit: from there on fewer numbers are left than the limit has results.</summary>
    internal static bool TryReduce(ulong number, int limit, out int drawn)
    {
        var rest = number % (ulong)limit;
        drawn = (int)rest;
        return number - rest <= ulong.MaxValue - (ulong)(limit - 1);
    }

    private ulong Next()
    {
        if (used == digest.Length)
        {
            BinaryPrimitives.WriteUInt32BigEndian(input.AsSpan(Hashes.Bytes), next++);
            SHA256.HashData(input, digest);
            used = 0;
        }

        var number = BinaryPrimitives.ReadUInt64BigEndian(digest.AsSpan(used));
        used += sizeof(ulong);
        return number;
    }
}
