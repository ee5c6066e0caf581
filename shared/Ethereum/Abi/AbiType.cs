using System.Collections.Immutable;

namespace Skale.Ethereum;

public enum AbiKind
{
    UInt,
    Int,
    Address,
    Bool,
    FixedBytes,
    Bytes,
    Text,
    Array,
    FixedArray,
    Tuple,
}

/// <summary>One named and typed place: an event's field, a function's argument or result, a tuple's component.</summary>
/// <param name="IsIndexed">Events only: the value travels in a topic instead of the data.</param>
public sealed record AbiParameter(string Name, AbiType Type, bool IsIndexed = false);

/// <summary>A type of the Solidity contract ABI.</summary>
public sealed class AbiType
{
    internal const int WordBytes = 32;

    private AbiType(AbiKind kind, string name, int size = 0, AbiType? element = null, ImmutableArray<AbiParameter> components = default)
    {
        (Kind, Name, Size, Element, Components) = (kind, name, size, element, components.IsDefault ? [] : components);
        IsDynamic = kind is AbiKind.Bytes or AbiKind.Text or AbiKind.Array || (kind is AbiKind.FixedArray && element!.IsDynamic) || Components.Any(c => c.Type.IsDynamic);
        HeadBytes = IsDynamic ? WordBytes : kind switch
        {
            AbiKind.FixedArray => checked(size * element!.HeadBytes),
            AbiKind.Tuple => Components.Sum(c => c.Type.HeadBytes),
            _ => WordBytes,
        };
    }

    public AbiKind Kind { get; }

    /// <summary>The canonical name that goes into signatures: <c>uint256</c>, <c>(uint256,string)[]</c>.</summary>
    public string Name { get; }

    /// <summary>Bits of a number, bytes of a <c>bytesN</c>, length of a fixed array; otherwise 0.</summary>
    public int Size { get; }

    /// <summary>What an array holds; otherwise null.</summary>
    public AbiType? Element { get; }

    /// <summary>The parts of a tuple; otherwise empty.</summary>
    public ImmutableArray<AbiParameter> Components { get; }

    /// <summary>Its place in the head holds an offset to the value, not the value.</summary>
    public bool IsDynamic { get; }

    /// <summary>Bytes it takes where it is listed: one word for a dynamic type.</summary>
    public int HeadBytes { get; }

    /// <summary>Reads a type as ABI files name it, for example <c>uint256</c>, <c>bytes4</c>, <c>tuple[2][]</c>; <c>uint</c> and <c>int</c> mean 256 bits.</summary>
    /// <param name="name">The type's name.</param>
    /// <param name="components">The parts of a <c>tuple</c>; empty for everything else.</param>
    /// <exception cref="AbiException">No such type.</exception>
    public static AbiType Parse(string name, ImmutableArray<AbiParameter> components = default)
    {
        if (name.EndsWith(']'))
        {
            var open = name.LastIndexOf('[');
            var element = Parse(name[..Math.Max(open, 0)], components);
            var length = name[(open + 1)..^1];
            return length.Length == 0
                ? new AbiType(AbiKind.Array, $"{element.Name}[]", element: element)
                : new AbiType(AbiKind.FixedArray, $"{element.Name}[{length}]", ParseSize(name, length, 1, 1 << 16), element);
        }

        return name switch
        {
            "address" => new AbiType(AbiKind.Address, name),
            "bool" => new AbiType(AbiKind.Bool, name),
            "bytes" => new AbiType(AbiKind.Bytes, name),
            "string" => new AbiType(AbiKind.Text, name),
            "uint" => new AbiType(AbiKind.UInt, "uint256", 256),
            "int" => new AbiType(AbiKind.Int, "int256", 256),
            "tuple" when components is { IsDefaultOrEmpty: false } => new AbiType(AbiKind.Tuple, $"({string.Join(',', components.Select(c => c.Type.Name))})", components: components),
            "tuple" => throw new AbiException("A tuple lists its components; this one has none."),
            _ when name.StartsWith("uint", StringComparison.Ordinal) => new AbiType(AbiKind.UInt, name, ParseBits(name, name[4..])),
            _ when name.StartsWith("int", StringComparison.Ordinal) => new AbiType(AbiKind.Int, name, ParseBits(name, name[3..])),
            _ when name.StartsWith("bytes", StringComparison.Ordinal) => new AbiType(AbiKind.FixedBytes, name, ParseSize(name, name[5..], 1, 32)),
            _ => throw new AbiException($"'{name}' is not a type of the Solidity ABI that this reader knows."),
        };
    }

    public override string ToString() => Name;

    private static int ParseBits(string name, string digits) =>
        ParseSize(name, digits, 8, 256) is var bits && bits % 8 == 0 ? bits : throw new AbiException($"'{name}': the number of bits is a multiple of 8.");

    private static int ParseSize(string name, string digits, int least, int most) =>
        digits.Length > 0 && digits[0] is not '0' && digits.All(char.IsAsciiDigit) && int.TryParse(digits, out var size) && size >= least && size <= most
            ? size
            : throw new AbiException($"'{name}' is not a type of the Solidity ABI: expected a number from {least} to {most} instead of '{digits}'.");
}
