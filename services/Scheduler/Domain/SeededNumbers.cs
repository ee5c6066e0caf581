using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Skale.Scheduler.Domain;

/// <summary>
/// The random numbers of our own strategies. The seed is sha256(block hash, chain hash, fact number as 8 bytes big-endian, in two's complement); the n-th number (n from 0)
/// is the first 8 bytes, big-endian, of sha256(seed, n as 4 bytes big-endian). Numbers at or above the greatest multiple of a limit are thrown
/// away; the rest modulo the limit is what is drawn.
/// </summary>
internal sealed class SeededNumbers
{
    private readonly byte[] seed;
    private uint next;

    public SeededNumbers(PlacementRequest request)
    {
        Span<byte> input = stackalloc byte[(2 * Hashes.Bytes) + sizeof(long)];
        Hashes.Decode(request.BlockHash).CopyTo(input);
        Hashes.Decode(request.ChainHash).CopyTo(input[Hashes.Bytes..]);
        BinaryPrimitives.WriteInt64BigEndian(input[(2 * Hashes.Bytes)..], request.FactNumber);
        seed = SHA256.HashData(input);
    }

    /// <summary>0x and 64 hex digits.</summary>
    public string Seed => "0x" + Convert.ToHexStringLower(seed);

    public int Below(int limit)
    {
        Span<byte> input = stackalloc byte[Hashes.Bytes + sizeof(uint)];
        Span<byte> hash = stackalloc byte[Hashes.Bytes];
        seed.CopyTo(input);
        var surplus = ((ulong.MaxValue % (ulong)limit) + 1) % (ulong)limit;
        while (true)
        {
            BinaryPrimitives.WriteUInt32BigEndian(input[Hashes.Bytes..], next++);
            SHA256.HashData(input, hash);
            var number = BinaryPrimitives.ReadUInt64BigEndian(hash);
            if (number <= ulong.MaxValue - surplus)
            {
                return (int)(number % (ulong)limit);
            }
        }
    }
}
