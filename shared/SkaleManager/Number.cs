using System.Buffers.Binary;
using System.Numerics;

namespace Skale.SkaleManager;

/// <summary>256 bits, highest first.</summary>
internal readonly record struct Number(ulong A, ulong B, ulong C, ulong D)
{
    private static readonly BigInteger Max = BigInteger.Pow(2, 256) - 1;

    public static Number Of(ReadOnlySpan<byte> bigEndian) => new(
        BinaryPrimitives.ReadUInt64BigEndian(bigEndian), BinaryPrimitives.ReadUInt64BigEndian(bigEndian[8..]),
        BinaryPrimitives.ReadUInt64BigEndian(bigEndian[16..]), BinaryPrimitives.ReadUInt64BigEndian(bigEndian[24..]));

    /// <summary>This modulo <paramref name="limit"/>, unless this lies in the incomplete stretch at the top that the contract draws again for.</summary>
    public bool TryBelow(int limit, out int remainder)
    {
        remainder = Remainder((uint)limit);
        return (A & B & C) != ulong.MaxValue || BitOperations.IsPow2(limit) || Value < Max - (Max % limit);
    }

    private BigInteger Value => (new BigInteger(A) << 192) + (new BigInteger(B) << 128) + (new BigInteger(C) << 64) + D;

    private int Remainder(uint limit)
    {
        if (limit == 1)
        {
            return 0;
        }

        var rest = Step(Step(Step(Step(0, A, limit), B, limit), C, limit), D, limit);
        return (int)rest;
    }

    private static ulong Step(ulong rest, ulong word, uint limit) =>
        ((((rest << 32) | (word >> 32)) % limit << 32) | (uint)word) % limit;
}
