using System.Globalization;
using System.Numerics;
using System.Text;

namespace Skale.Ethereum;

/// <summary>0x-hex as JSON-RPC writes it. Everything this library hands out is lower case, so plain string equality compares values.</summary>
public static class Hex
{
    public static string Encode(ReadOnlySpan<byte> bytes) => string.Create(2 + (bytes.Length * 2), bytes, static (text, bytes) =>
    {
        text[0] = '0';
        text[1] = 'x';
        Convert.TryToHexStringLower(bytes, text[2..], out _);
    });

    /// <exception cref="FormatException">No 0x in front, an odd number of digits, or a character that is no hex digit.</exception>
    public static byte[] Decode(ReadOnlySpan<char> text)
    {
        RequirePrefix(text);
        return Convert.FromHexString(text[2..]);
    }

    /// <summary>The bytes of a text that must hold exactly <paramref name="bytes"/>.Length of them.</summary>
    /// <exception cref="FormatException">Not 0x-hex of that length.</exception>
    public static void Decode(ReadOnlySpan<char> text, Span<byte> bytes)
    {
        RequirePrefix(text);
        if (text.Length != 2 + (bytes.Length * 2) || Convert.FromHexString(text[2..], bytes, out _, out _) != System.Buffers.OperationStatus.Done)
        {
            throw new FormatException($"'{Shorten(text)}' is not {bytes.Length} bytes of 0x-hex.");
        }
    }

    public static byte[] Decode(ReadOnlySpan<byte> utf8)
    {
        if (!utf8.StartsWith("0x"u8))
        {
            throw new FormatException($"'{Shorten(Encoding.UTF8.GetString(utf8))}' is not 0x-hex.");
        }

        return utf8.Length == 2 ? [] : Convert.FromHexString(utf8[2..]);
    }

    /// <summary>A quantity as JSON-RPC writes it: no leading zeros.</summary>
    public static string Quantity(BigInteger value) => value.Sign switch
    {
        < 0 => throw new ArgumentOutOfRangeException(nameof(value), value, "A quantity is not negative."),
        0 => "0x0",
        _ => "0x" + value.ToString("x", CultureInfo.InvariantCulture).TrimStart('0'),
    };

    /// <exception cref="FormatException">Not a 0x-hex quantity, or above 2^63 - 1, which no block number, index or second reaches.</exception>
    public static long ToInt64(ReadOnlySpan<char> quantity) =>
        quantity.StartsWith("0x", StringComparison.Ordinal) && long.TryParse(quantity[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) && value >= 0
            ? value
            : throw new FormatException($"'{Shorten(quantity)}' is not a 0x-hex quantity below 2^63.");

    /// <exception cref="FormatException">Not a 0x-hex quantity.</exception>
    public static BigInteger ToBigInteger(ReadOnlySpan<char> quantity) =>
        quantity.StartsWith("0x", StringComparison.Ordinal) && BigInteger.TryParse($"0{quantity[2..]}", NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new FormatException($"'{Shorten(quantity)}' is not a 0x-hex quantity.");

    private static void RequirePrefix(ReadOnlySpan<char> text)
    {
        if (!text.StartsWith("0x", StringComparison.Ordinal))
        {
            throw new FormatException($"'{Shorten(text)}' is not 0x-hex.");
        }
    }

    private static string Shorten(ReadOnlySpan<char> text) => text.Length <= 80 ? text.ToString() : $"{text[..80]}... ({text.Length} characters)";
}
