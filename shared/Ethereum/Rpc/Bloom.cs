namespace Skale.Ethereum;

/// <summary>
/// The 2048-bit bloom filter of a block header over the addresses and topics of its logs (Ethereum yellow paper, 4.3.1). "No" is certain, "yes" means maybe.
/// An endpoint that answers a query with no logs although the header says maybe may simply lag behind: ask again or elsewhere before believing it.
/// </summary>
public sealed class Bloom
{
    private const int FilterBytes = 256;
    private readonly byte[] bits;

    /// <exception cref="FormatException">Not 256 bytes.</exception>
    public Bloom(byte[] bits) =>
        this.bits = bits.Length == FilterBytes ? bits : throw new FormatException($"A logs bloom has {FilterBytes} bytes, not {bits.Length}.");

    /// <summary>Says maybe to everything.</summary>
    public static Bloom Anything { get; } = new([.. Enumerable.Repeat(byte.MaxValue, FilterBytes)]);

    public bool IsEmpty => !bits.AsSpan().ContainsAnyExcept((byte)0);

    public bool MayContain(BloomItem item) => Has(item.First) && Has(item.Second) && Has(item.Third);

    /// <summary>Whether a query for any of these addresses, and any of these first topics when given, may find a log in the block.</summary>
    public bool MayContain(ReadOnlySpan<BloomItem> addresses, ReadOnlySpan<BloomItem> topics = default) => Any(addresses) && (topics.IsEmpty || Any(topics));

    private bool Any(ReadOnlySpan<BloomItem> items)
    {
        foreach (var item in items)
        {
            if (MayContain(item))
            {
                return true;
            }
        }

        return false;
    }

    private bool Has(int bit) => (bits[FilterBytes - 1 - (bit / 8)] & (1 << (bit % 8))) != 0;
}

/// <summary>The three bits that an address or topic sets in a bloom filter; compute it once, ask many blocks.</summary>
public readonly record struct BloomItem(int First, int Second, int Third)
{
    /// <param name="hex">An address or topic as 0x-hex.</param>
    public static BloomItem Of(string hex)
    {
        var hash = Keccak.Hash(Hex.Decode(hex));
        return new BloomItem(Bit(0), Bit(2), Bit(4));

        int Bit(int at) => ((hash[at] << 8) | hash[at + 1]) & 0x7ff;
    }
}
