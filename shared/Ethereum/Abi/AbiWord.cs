using System.Buffers.Binary;
using System.Numerics;

namespace Skale.Ethereum;

/// <summary>The value types, which fill one 32-byte word: in the data, and in the topics of an event.</summary>
internal static class AbiWord
{
    public static AbiValue Read(AbiType type, ReadOnlySpan<byte> word) => type.Kind switch
    {
        AbiKind.UInt => ReadUInt(type, word),
        AbiKind.Int => ReadInt(type, word),
        AbiKind.Address => Hex.Encode(Padded(type, word, 12, word[..12], word[12..])),
        AbiKind.Bool => ReadUInt(type, word).ToUInt64() switch
        {
            0 => false,
            1 => true,
            var other => throw new AbiException($"{other} is neither 0 (false) nor 1 (true)"),
        },
        AbiKind.FixedBytes => Hex.Encode(Padded(type, word, 32 - type.Size, word[type.Size..], word[..type.Size])),
        _ => throw new AbiException($"a {type} does not fit into one word"),
    };

    public static void Write(AbiType type, AbiValue value, Span<byte> word)
    {
        word.Clear();
        switch (type.Kind)
        {
            case AbiKind.Bool:
                word[31] = value.ToBool() ? (byte)1 : (byte)0;
                break;
            case AbiKind.Address:
                Hex.Decode(Ethereum.Address.Normalise(value.ToText()), word[12..]);
                break;
            case AbiKind.FixedBytes:
                Hex.Decode(value.ToText(), word[..type.Size]);
                break;
            default:
                WriteNumber(type, value.ToBigInteger(), word);
                break;
        }
    }

    private static AbiValue ReadUInt(AbiType type, ReadOnlySpan<byte> word)
    {
        if (!word[..24].ContainsAnyExcept((byte)0))
        {
            var low = BinaryPrimitives.ReadUInt64BigEndian(word[24..]);
            return type.Size is 0 or >= 64 || low >> type.Size == 0 ? low : throw OutOfRange(type, low);
        }

        var value = new BigInteger(word, isUnsigned: true, isBigEndian: true);
        return type.Size == 256 || value.GetBitLength() <= type.Size ? value : throw OutOfRange(type, value);
    }

    private static AbiValue ReadInt(AbiType type, ReadOnlySpan<byte> word)
    {
        var value = new BigInteger(word, isUnsigned: false, isBigEndian: true);
        return value.GetBitLength() < type.Size ? value : throw OutOfRange(type, value);
    }

    private static void WriteNumber(AbiType type, BigInteger value, Span<byte> word)
    {
        var fits = type.Kind == AbiKind.UInt ? value.Sign >= 0 && value.GetBitLength() <= type.Size : value.GetBitLength() < type.Size;
        if (!fits)
        {
            throw OutOfRange(type, value);
        }

        if (value.Sign < 0)
        {
            word.Fill(0xff);
        }

        var length = value.GetByteCount(type.Kind == AbiKind.UInt);
        value.TryWriteBytes(word[(32 - length)..], out _, isUnsigned: type.Kind == AbiKind.UInt, isBigEndian: true);
    }

    private static ReadOnlySpan<byte> Padded(AbiType type, ReadOnlySpan<byte> word, int count, ReadOnlySpan<byte> padding, ReadOnlySpan<byte> value) =>
        padding.ContainsAnyExcept((byte)0) ? throw new AbiException($"{Hex.Encode(word)} is not a {type}: {count} bytes of padding are not zero") : value;

    private static AbiException OutOfRange(AbiType type, BigInteger value) => new($"{value} is not a {type}");
}
