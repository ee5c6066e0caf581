using System.Buffers;

namespace Skale.Scheduler.Domain;

/// <summary>Hashes as contracts carry them: 0x and 64 hex digits.</summary>
internal static class Hashes
{
    public const int Bytes = 32;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdefABCDEF");

    public static bool IsHash(string text) =>
        text.Length == 2 + (2 * Bytes) && text.StartsWith("0x", StringComparison.Ordinal) && text.AsSpan(2).IndexOfAnyExcept(Digits) < 0;

    /// <summary>Writes the 32 bytes to where the place begins.</summary>
    /// <exception cref="FormatException">The text is not a hash.</exception>
    public static void Decode(string text, Span<byte> place)
    {
        if (!IsHash(text))
        {
            throw new FormatException($"'{text}' is not a hash: 0x and 64 hex digits are.");
        }

        Convert.FromHexString(text.AsSpan(2), place, out _, out _);
    }
}
