using System.Text;

namespace Skale.Ethereum;

/// <summary>Contract and account addresses. Everywhere in this library an address is its 20 bytes as lower-case 0x-hex.</summary>
public static class Address
{
    /// <summary>Takes an address as people and files write it, lower case or with the checksum of EIP-55, and returns it in lower case.</summary>
    /// <exception cref="FormatException">Not 20 bytes of 0x-hex, or mixed case whose checksum is wrong: one character was mistyped.</exception>
    public static string Normalise(string text)
    {
        Span<byte> bytes = stackalloc byte[20];
        Hex.Decode(text, bytes);
        var lower = Hex.Encode(bytes);
        var upper = lower[2..].ToUpperInvariant();
        if (text[2..] != lower[2..] && text[2..] != upper && text != WithChecksum(lower))
        {
            throw new FormatException($"{text} has a wrong checksum (EIP-55); expected {WithChecksum(lower)}. One character is mistyped, or write it all in lower case.");
        }

        return lower;
    }

    /// <summary>The mixed-case form of EIP-55 of a lower-case address.</summary>
    public static string WithChecksum(string lower)
    {
        var hash = Convert.ToHexStringLower(Keccak.Hash(Encoding.ASCII.GetBytes(lower[2..])));
        return string.Create(lower.Length, (lower, hash), static (text, source) =>
        {
            source.lower.CopyTo(text);
            for (var digit = 0; digit < source.lower.Length - 2; digit++)
            {
                text[digit + 2] = source.hash[digit] >= '8' ? char.ToUpperInvariant(text[digit + 2]) : text[digit + 2];
            }
        });
    }
}
