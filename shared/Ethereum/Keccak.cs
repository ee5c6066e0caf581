using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Skale.Ethereum;

/// <summary>Keccak-256 as Ethereum uses it: the original Keccak padding, not the one of SHA3-256.</summary>
public static class Keccak
{
    public const int HashBytes = 32;
    private const int RateBytes = 136;

    private static ReadOnlySpan<ulong> RoundConstants =>
    [
        0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000, 0x000000000000808b, 0x0000000080000001,
        0x8000000080008081, 0x8000000000008009, 0x000000000000008a, 0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
        0x000000008000808b, 0x800000000000008b, 0x8000000000008089, 0x8000000000008003, 0x8000000000008002, 0x8000000000000080,
        0x000000000000800a, 0x800000008000000a, 0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
    ];

    private static ReadOnlySpan<byte> Rotations => [1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44];

    private static ReadOnlySpan<byte> Lanes => [10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1];

    public static byte[] Hash(ReadOnlySpan<byte> data)
    {
        var hash = new byte[HashBytes];
        Hash(data, hash);
        return hash;
    }

    /// <summary>The hash of a text's UTF-8 bytes as 0x-hex: a chain's hash from its name, a topic from a signature.</summary>
    public static string HashText(string text) => Hex.Encode(Hash(Encoding.UTF8.GetBytes(text)));

    public static void Hash(ReadOnlySpan<byte> data, Span<byte> hash)
    {
        Span<ulong> state = stackalloc ulong[25];
        state.Clear();
        while (data.Length >= RateBytes)
        {
            Absorb(state, data[..RateBytes]);
            data = data[RateBytes..];
        }

        Span<byte> last = stackalloc byte[RateBytes];
        last.Clear();
        data.CopyTo(last);
        last[data.Length] ^= 0x01;
        last[RateBytes - 1] ^= 0x80;
        Absorb(state, last);

        for (var lane = 0; lane < HashBytes / 8; lane++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(hash[(lane * 8)..], state[lane]);
        }
    }

    private static void Absorb(Span<ulong> state, ReadOnlySpan<byte> block)
    {
        for (var lane = 0; lane < RateBytes / 8; lane++)
        {
            state[lane] ^= BinaryPrimitives.ReadUInt64LittleEndian(block[(lane * 8)..]);
        }

        Permute(state);
    }

    private static void Permute(Span<ulong> state)
    {
        foreach (var constant in RoundConstants)
        {
            var (c0, c1, c2, c3, c4) = (Column(state, 0), Column(state, 1), Column(state, 2), Column(state, 3), Column(state, 4));
            Mix(state, 0, c4 ^ BitOperations.RotateLeft(c1, 1));
            Mix(state, 1, c0 ^ BitOperations.RotateLeft(c2, 1));
            Mix(state, 2, c1 ^ BitOperations.RotateLeft(c3, 1));
            Mix(state, 3, c2 ^ BitOperations.RotateLeft(c4, 1));
            Mix(state, 4, c3 ^ BitOperations.RotateLeft(c0, 1));

            var carried = state[1];
            for (var step = 0; step < Lanes.Length; step++)
            {
                (carried, state[Lanes[step]]) = (state[Lanes[step]], BitOperations.RotateLeft(carried, Rotations[step]));
            }

            for (var row = state; row.Length > 0; row = row[5..])
            {
                var (r0, r1) = (row[0], row[1]);
                row[0] ^= ~r1 & row[2];
                row[1] ^= ~row[2] & row[3];
                row[2] ^= ~row[3] & row[4];
                row[3] ^= ~row[4] & r0;
                row[4] ^= ~r0 & r1;
            }

            state[0] ^= constant;
        }
    }

    private static ulong Column(Span<ulong> state, int x) => state[x] ^ state[x + 5] ^ state[x + 10] ^ state[x + 15] ^ state[x + 20];

    private static void Mix(Span<ulong> state, int x, ulong mix)
    {
        for (var lane = x; lane < state.Length; lane += 5)
        {
            state[lane] ^= mix;
        }
    }
}
