using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Skale.Ethereum;

/// <summary>
/// Decodes ABI data. Strict: padding is zero, offsets and lengths lie inside the data, texts are UTF-8, and no word is used twice, so
/// that a short malicious payload cannot unfold into a huge value.
/// </summary>
internal ref struct AbiReader(ReadOnlySpan<byte> data)
{
    private const int WordBytes = AbiType.WordBytes;
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> data = data;
    private int wordsLeft = data.Length / WordBytes;

    /// <param name="type">What to read.</param>
    /// <param name="head">Where its place in the list is, in bytes from the beginning of the data.</param>
    /// <param name="start">Where the list begins; offsets count from there.</param>
    public AbiValue Read(AbiType type, int head, int start)
    {
        if (!type.IsDynamic)
        {
            return ReadStatic(type, head);
        }

        var tail = start + ReadCount("offset", head, data.Length - start);
        return type.Kind switch
        {
            AbiKind.Tuple => ReadTuple(type, tail),
            AbiKind.FixedArray => ReadItems(type.Element!, type.Size, tail),
            AbiKind.Array => ReadArray(type.Element!, tail),
            AbiKind.Bytes => Hex.Encode(ReadBytes(tail)),
            _ => ReadText(tail),
        };
    }

    private AbiValue ReadStatic(AbiType type, int at) => type.Kind switch
    {
        AbiKind.Tuple => ReadTuple(type, at),
        AbiKind.FixedArray => ReadItems(type.Element!, type.Size, at),
        _ => AbiWord.Read(type, Word(at)),
    };

    private AbiValue ReadTuple(AbiType type, int start)
    {
        var parts = new AbiValue[type.Components.Length];
        var head = start;
        for (var part = 0; part < parts.Length; part++)
        {
            var component = type.Components[part].Type;
            parts[part] = Read(component, head, start);
            head += component.HeadBytes;
        }

        return parts;
    }

    private AbiValue ReadArray(AbiType element, int at) => ReadItems(element, ReadCount("array length", at, (data.Length - at) / element.HeadBytes), at + WordBytes);

    private AbiValue ReadItems(AbiType element, int count, int start)
    {
        if (count > (data.Length - start) / element.HeadBytes)
        {
            throw new AbiException($"{count} values of {element} at byte {start} do not fit into {data.Length} bytes");
        }

        var items = new AbiValue[count];
        for (var item = 0; item < count; item++)
        {
            items[item] = Read(element, start + (item * element.HeadBytes), start);
        }

        return items;
    }

    private AbiValue ReadText(int at)
    {
        var bytes = ReadBytes(at);
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new AbiException($"the text at byte {at} is not UTF-8: {Hex.Encode(bytes)}");
        }
    }

    private ReadOnlySpan<byte> ReadBytes(int at)
    {
        var length = ReadCount("length", at, data.Length - at);
        var words = (length + WordBytes - 1) / WordBytes;
        var padded = at + WordBytes + (words * WordBytes);
        if (padded > data.Length)
        {
            throw new AbiException($"{length} bytes at byte {at + WordBytes} do not fit into {data.Length} bytes");
        }

        Spend(words);
        var end = at + WordBytes + length;
        return data[end..padded].ContainsAnyExcept((byte)0)
            ? throw new AbiException($"the padding at byte {end} is not zero")
            : data[(at + WordBytes)..end];
    }

    private int ReadCount(string what, int at, int most)
    {
        var word = Word(at);
        var count = BinaryPrimitives.ReadUInt64BigEndian(word[24..]);
        return !word[..24].ContainsAnyExcept((byte)0) && count <= (ulong)Math.Max(most, 0)
            ? (int)count
            : throw new AbiException($"the {what} at byte {at} is {new BigInteger(word, isUnsigned: true, isBigEndian: true)}, which points beyond the {data.Length} bytes of data");
    }

    private ReadOnlySpan<byte> Word(int at)
    {
        if (at < 0 || at > data.Length - WordBytes)
        {
            throw new AbiException($"a word is missing at byte {at}: there are only {data.Length} bytes");
        }

        Spend(1);
        return data.Slice(at, WordBytes);
    }

    private void Spend(int words)
    {
        wordsLeft -= words;
        if (wordsLeft < 0)
        {
            throw new AbiException("several offsets point to the same bytes");
        }
    }
}
