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

    /// <summary>Half a word at a time; instead of dividing, multiplies by the reciprocal, which is at most 2 too few.</summary>
    private int Remainder(uint limit)
    {
        var reciprocal = ulong.MaxValue / limit;
        return (int)Step(Step(Step(Step(0, A, limit, reciprocal), B, limit, reciprocal), C, limit, reciprocal), D, limit, reciprocal);
    }

    private static ulong Step(ulong rest, ulong word, uint limit, ulong reciprocal) =>
        Reduce((Reduce((rest << 32) | (word >> 32), limit, reciprocal) << 32) | (uint)word, limit, reciprocal);

    private static ulong Reduce(ulong value, uint limit, ulong reciprocal)
    {
        var rest = value - (Math.BigMul(value, reciprocal, out _) * limit);
        while (rest >= limit)
        {
            rest -= limit;
        }

        return rest;
    }
}
