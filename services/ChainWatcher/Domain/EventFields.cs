using System.Globalization;
using System.Numerics;
using Skale.Contracts;

namespace Skale.ChainWatcher.Domain;

/// <summary>
/// The named values of one event: <see cref="BigInteger"/>, <see cref="bool"/>, <see cref="string"/> (texts, and 0x-hex for addresses and bytes), or a list of these.
/// </summary>
public sealed class EventFields(IReadOnlyDictionary<string, object> values)
{
    /// <exception cref="UnfitFieldException">Absent, not a number, or outside of 0 to 2^53 - 1.</exception>
    public long Long(string name) => ToLong(name, Value(name));

    /// <exception cref="UnfitFieldException">Absent, not a number, or outside of 0 to 2^31 - 1.</exception>
    public int Int(string name) => Long(name) is <= int.MaxValue and var value ? (int)value : throw new UnfitFieldException(name, values[name], "a number below 2^31");

    /// <exception cref="UnfitFieldException">Absent or not a flag.</exception>
    public bool Flag(string name) => Value(name) is bool flag ? flag : throw new UnfitFieldException(name, values[name], "true or false");

    /// <exception cref="UnfitFieldException">Absent or not a text.</exception>
    public string Text(string name) => Value(name) as string ?? throw new UnfitFieldException(name, values[name], "a text");

    /// <exception cref="UnfitFieldException">Absent, or not a list of numbers from 0 to 2^53 - 1.</exception>
    public IReadOnlyList<long> Longs(string name) => Value(name) is IReadOnlyList<object> list
        ? [.. list.Select(item => ToLong(name, item))]
        : throw new UnfitFieldException(name, values[name], "a list of numbers");

    /// <exception cref="UnfitFieldException">Absent, or not a number from 0 to 2^53 - 1.</exception>
    public NodeId Node(string name) => new(Long(name));

    /// <summary>The hash of a chain, under the names that releases gave the field: <c>groupIndex</c> to 1.5, <c>schainId</c> to 1.8, <c>schainHash</c> since.</summary>
    /// <exception cref="UnfitFieldException">Absent under every name, or not bytes.</exception>
    public string ChainHash() => Text(ChainHashNames.FirstOrDefault(values.ContainsKey) ?? ChainHashNames[0]);

    /// <summary>A number of any size, decimal.</summary>
    /// <exception cref="UnfitFieldException">Absent or not a number.</exception>
    public string Decimal(string name) => Value(name) is BigInteger number ? number.ToString(CultureInfo.InvariantCulture) : throw new UnfitFieldException(name, values[name], "a number");

    /// <summary>A text that releases before the field was added do not have.</summary>
    /// <exception cref="UnfitFieldException">There, and not a text.</exception>
    public string TextOrEmpty(string name) => values.ContainsKey(name) ? Text(name) : "";

    /// <summary>A duration in seconds; the contract takes any 256-bit number here, and what exceeds <see cref="TimeSpan.MaxValue"/> counts as that.</summary>
    /// <exception cref="UnfitFieldException">Absent or not a number.</exception>
    public TimeSpan Seconds(string name) => Value(name) is not BigInteger seconds || seconds.Sign < 0
        ? throw new UnfitFieldException(name, values[name], "a number")
        : seconds >= (BigInteger)TimeSpan.MaxValue.TotalSeconds ? TimeSpan.MaxValue : TimeSpan.FromSeconds((long)seconds);

    /// <summary>Dotted form of a <c>bytes4</c>: four raw bytes in network order (skale-facts 1.3, trap 6).</summary>
    /// <exception cref="UnfitFieldException">Absent or not four bytes.</exception>
    public string Ip(string name) => Dotted(name, Text(name));

    internal static string Dotted(string name, string text) =>
        text.Length == 10 && text.StartsWith("0x", StringComparison.Ordinal) && uint.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var ip)
            ? $"{ip >> 24}.{(ip >> 16) & 255}.{(ip >> 8) & 255}.{ip & 255}"
            : throw new UnfitFieldException(name, text, "four bytes");

    /// <summary>Facts are JSON: beyond it a reader with 64-bit floats, which most are, would read another number (RFC 7493, section 2.2), and no log takes it.</summary>
    private const long LargestExactNumber = (1L << 53) - 1;

    private static readonly string[] ChainHashNames = ["schainHash", "schainId", "groupIndex"];

    private static long ToLong(string name, object value) =>
        value is BigInteger number && number.Sign >= 0 && number <= LargestExactNumber ? (long)number : throw new UnfitFieldException(name, value, "a number from 0 to 2^53 - 1");

    private object Value(string name) => values.GetValueOrDefault(name) ?? throw new UnfitFieldException(name, "nothing", "a value");
}

/// <summary>A field is not what the fact needs: the log is kept raw instead.</summary>
public sealed class UnfitFieldException(string field, object found, string expected) : Exception($"{field}: expected {expected}, found {found}.");
