using System.Text.Json;

namespace Skale.Contracts.Tests;

public sealed class RoundTripTests
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static TheoryData<Type> Messages => [.. ContractTypes.Messages];

    [Theory]
    [MemberData(nameof(Messages))]
    public void a_message_reads_back_as_it_was_written(Type type)
    {
        foreach (var full in new[] { true, false })
        {
            var text = JsonSerializer.Serialize(Sample(type, full), type, Json);
            Assert.Equal(text, JsonSerializer.Serialize(JsonSerializer.Deserialize(text, type, Json), type, Json));
        }
    }

    [Fact]
    public void ids_are_flat_in_json()
    {
        Assert.Equal("17", JsonSerializer.Serialize(new NodeId(17), Json));
        Assert.Equal("\"alpha\"", JsonSerializer.Serialize(new ChainName("alpha"), Json));
        Assert.Equal(new NodeId(17), JsonSerializer.Deserialize<NodeId>("17", Json));
        Assert.Equal(new ChainName("alpha"), JsonSerializer.Deserialize<ChainName>("\"alpha\"", Json));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    public void an_id_that_is_none_is_an_error(string json)
    {
        Assert.ThrowsAny<Exception>(() => JsonSerializer.Deserialize<ChainName>(json, Json));
        Assert.ThrowsAny<Exception>(() => JsonSerializer.Deserialize<NodeId>(json, Json));
    }

    [Fact]
    public void ids_sort_by_number_and_by_letter()
    {
        Assert.Equal([new NodeId(2), new NodeId(10)], new[] { new NodeId(10), new NodeId(2) }.Order());
        Assert.Equal([new ChainName("B"), new ChainName("a")], new[] { new ChainName("a"), new ChainName("B") }.Order());
    }

    [Fact]
    public void a_subnode_read_again_is_the_same_and_any_other_value_makes_another()
    {
        var (one, again) = ((Subnode)Record(typeof(Subnode), full: true), (Subnode)Record(typeof(Subnode), full: true));
        Assert.Equal(one, again);
        Assert.Equal(one.GetHashCode(), again.GetHashCode());
        var other = Record(typeof(Subnode), full: false);
        foreach (var member in ContractTypes.MembersOf(typeof(Subnode)).Where(m => m.Name != nameof(Subnode.Chain)))
        {
            var changed = one with { };
            member.SetValue(changed, member.GetValue(other));
            Assert.False(one.Equals(changed), $"{member.Name} is not compared");
        }

        Assert.NotEqual(one, one with { Chain = new ChainName("beta") });
        Assert.NotEqual(one, one with { Peers = [.. one.Peers!.Take(1)] });
    }

    /// <summary>A message with every member filled, or with empty lists and nulls where they are allowed.</summary>
    private static object? Sample(Type type, bool full) => type switch
    {
        _ when type == typeof(string) => full ? "text \"quoted\" ünïcode" : "",
        _ when type == typeof(ChainName) => new ChainName("alpha"),
        _ when type == typeof(NodeId) => new NodeId(17),
        _ when type == typeof(long) => full ? long.MaxValue : 0L,
        _ when type == typeof(int) => full ? int.MaxValue : 0,
        _ when type == typeof(bool) => full,
        _ when type == typeof(DateTimeOffset) => new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero).AddMicroseconds(full ? 901 : 0),
        _ when type == typeof(TimeSpan) => full ? TimeSpan.FromDays(365) + TimeSpan.FromMicroseconds(1) : TimeSpan.Zero,
        _ when Nullable.GetUnderlyingType(type) is { } value => Sample(value, full),
        _ when type.IsEnum => Enum.GetValues(type).GetValue(full ? 1 : 0),
        _ when type.IsGenericType => List(type.GetGenericArguments()[0], full),
        _ => Record(type, full),
    };

    private static Array List(Type item, bool full)
    {
        var list = Array.CreateInstance(item, full ? 2 : 0);
        for (var i = 0; i < list.Length; i++)
        {
            list.SetValue(Sample(item, full), i);
        }

        return list;
    }

    private static object Record(Type type, bool full)
    {
        var constructor = type.GetConstructors().MaxBy(c => c.GetParameters().Length)!;
        var members = ContractTypes.MembersOf(type).ToDictionary(m => m.Name);
        return constructor.Invoke([.. constructor.GetParameters().Select(p => full || !ContractTypes.IsNullable(members[p.Name!]) ? Sample(p.ParameterType, full) : null)]);
    }
}
