using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Skale.EventStore;

/// <summary>A SHA-256 value of a Merkle tree as in RFC 6962, section 2.1: of a leaf, of an inner node, or of a whole tree (its root).</summary>
public readonly record struct MerkleHash
{
    public const int SizeBytes = 32;
    private const byte LeafPrefix = 0;
    private const byte NodePrefix = 1;
    private const int LeafOnStackBytes = 512;

    /// <summary>The root of the tree without leaves: SHA-256 of nothing.</summary>
    public static readonly MerkleHash EmptyRoot = new(SHA256.HashData([]));

    private readonly UInt128 first;
    private readonly UInt128 second;

    /// <exception cref="ArgumentException">The value is not 32 bytes long.</exception>
    public MerkleHash(ReadOnlySpan<byte> value)
    {
        if (value.Length != SizeBytes)
        {
            throw new ArgumentException($"A SHA-256 value has {SizeBytes} bytes; this one has {value.Length}.", nameof(value));
        }

        first = MemoryMarshal.Read<UInt128>(value);
        second = MemoryMarshal.Read<UInt128>(value[16..]);
    }

    /// <summary>The 32 bytes, in the order SHA-256 gives them.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> Span => MemoryMarshal.AsBytes(new ReadOnlySpan<MerkleHash>(in this));

    /// <summary>SHA-256(0x00 || data).</summary>
    public static MerkleHash OfLeaf(ReadOnlySpan<byte> data)
    {
        var length = data.Length + 1;
        var rented = length > LeafOnStackBytes ? ArrayPool<byte>.Shared.Rent(length) : null;
        var input = rented is null ? stackalloc byte[length] : rented.AsSpan(0, length);
        input[0] = LeafPrefix;
        data.CopyTo(input[1..]);
        var hash = Sha256(input);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return hash;
    }

    /// <summary>SHA-256(0x01 || left || right).</summary>
    public static MerkleHash OfNode(in MerkleHash left, in MerkleHash right)
    {
        Span<byte> input = stackalloc byte[1 + (2 * SizeBytes)];
        input[0] = NodePrefix;
        left.Span.CopyTo(input[1..]);
        right.Span.CopyTo(input[(1 + SizeBytes)..]);
        return Sha256(input);
    }

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public override string ToString() => Convert.ToHexStringLower(Span);

    /// <summary>Standard base64 with padding (RFC 4648, section 4): 44 characters.</summary>
    public string ToBase64() => Convert.ToBase64String(Span);

    /// <summary>Reads exactly what <see cref="ToString"/> writes; anything else is refused.</summary>
    public static bool TryFromHex(string text, out MerkleHash hash)
    {
        Span<byte> value = stackalloc byte[SizeBytes];
        var read = text.Length == 2 * SizeBytes && Convert.FromHexString(text, value, out _, out _) == OperationStatus.Done;
        hash = read ? new(value) : default;
        return read && hash.ToString() == text;
    }

    /// <summary>Reads exactly what <see cref="ToBase64"/> writes; anything else is refused.</summary>
    public static bool TryFromBase64(string text, out MerkleHash hash)
    {
        Span<byte> value = stackalloc byte[SizeBytes];
        var read = Convert.TryFromBase64String(text, value, out var written) && written == SizeBytes;
        hash = read ? new(value) : default;
        return read && hash.ToBase64() == text;
    }

    private static MerkleHash Sha256(ReadOnlySpan<byte> input)
    {
        Span<byte> hash = stackalloc byte[SizeBytes];
        SHA256.HashData(input, hash);
        return new(hash);
    }
}
