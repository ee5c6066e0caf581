using System.Text.Json;
using System.Text.Json.Serialization;

namespace Skale.Contracts;

/// <summary>A registered machine: its index in the contract's node registry, from 0. A plain number in JSON.</summary>
[JsonConverter(typeof(NodeIdConverter))]
public readonly record struct NodeId(long Value) : IComparable<NodeId>
{
    public int CompareTo(NodeId other) => Value.CompareTo(other.Value);

    public static bool operator <(NodeId left, NodeId right) => left.Value < right.Value;

    public static bool operator >(NodeId left, NodeId right) => left.Value > right.Value;

    public static bool operator <=(NodeId left, NodeId right) => left.Value <= right.Value;

    public static bool operator >=(NodeId left, NodeId right) => left.Value >= right.Value;

    public override string ToString() => $"{Value}";
}

/// <summary>A chain's name as it was bought; the contract never lets a name be used twice. A plain string in JSON.</summary>
[JsonConverter(typeof(ChainNameConverter))]
public readonly record struct ChainName(string Value) : IComparable<ChainName>
{
    public int CompareTo(ChainName other) => string.CompareOrdinal(Value, other.Value);

    public static bool operator <(ChainName left, ChainName right) => left.CompareTo(right) < 0;

    public static bool operator >(ChainName left, ChainName right) => left.CompareTo(right) > 0;

    public static bool operator <=(ChainName left, ChainName right) => left.CompareTo(right) <= 0;

    public static bool operator >=(ChainName left, ChainName right) => left.CompareTo(right) >= 0;

    public override string ToString() => Value;
}

internal sealed class NodeIdConverter : JsonConverter<NodeId>
{
    public override NodeId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetInt64());

    public override void Write(Utf8JsonWriter writer, NodeId value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Value);
}

internal sealed class ChainNameConverter : JsonConverter<ChainName>
{
    public override ChainName Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(reader.GetString() ?? throw new JsonException("A chain name is null."));

    public override void Write(Utf8JsonWriter writer, ChainName value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}
