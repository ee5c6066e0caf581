using System.Text.RegularExpressions;

namespace Skale.EventStore;

/// <summary>Names of readers become file names and keys.</summary>
internal static partial class ReaderName
{
    public static string Check(string reader) => Legal().IsMatch(reader)
        ? reader
        : throw new ArgumentException($"'{reader}' cannot name a reader: 1 to 64 lower-case letters, digits, '-' and '.', a letter first.", nameof(reader));

    [GeneratedRegex(@"\A[a-z][a-z0-9.-]{0,63}\z")]
    private static partial Regex Legal();
}
