using Skale.Ethereum;

namespace Skale.SkaleManager;

/// <summary>Hashes as text: 0x and 64 hex digits.</summary>
internal static class Hash
{
    /// <summary>In lower case, so that one hash is one text.</summary>
    public static string Normalise(string text)
    {
        Span<byte> bytes = stackalloc byte[Keccak.HashBytes];
        Decode(text, bytes);
        return text.AsSpan(2).ContainsAnyInRange('A', 'F') ? text.ToLowerInvariant() : text;
    }

    public static void Decode(string text, Span<byte> into)
    {
        if (text.Length != 2 + (2 * Keccak.HashBytes) || !text.StartsWith("0x", StringComparison.Ordinal)
            || Convert.FromHexString(text.AsSpan(2), into, out _, out _) != System.Buffers.OperationStatus.Done)
        {
            throw new PlacementException($"'{text}' is not a hash: 0x and 64 hex digits are.");
        }
    }
}
