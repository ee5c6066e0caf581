using System.Globalization;

namespace Skale.EventStore;

/// <summary>A number of leaves as notes have it: decimal digits without leading zeros.</summary>
internal static class TreeSize
{
    public static string Format(long size) => size.ToString(CultureInfo.InvariantCulture);

    public static long Parse(SignedNote note, int line, string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && Format(size) == text
            ? size
            : throw note.Error(line, $"'{text}' is not a tree size: decimal digits without leading zeros, at most {long.MaxValue}");
}
