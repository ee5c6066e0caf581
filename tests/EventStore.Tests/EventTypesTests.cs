using System.Text;
using System.Text.Json;

namespace Skale.EventStore.Tests;

public sealed class EventTypesTests
{
    private enum Health
    {
        Fine,
        Poor,
    }

    private sealed record NodeMeasured(string Node, int Slices, Health Health, DateTimeOffset At);

    private sealed record NodeIPChanged(string Node);

    private sealed record EVMBlockSeen(long Number);

    private sealed record Node2Added(string Node);

    private sealed record NodeMeasuredV2(string Node);

    private sealed record Wrapped<T>(T Value);

    private static readonly EventTypes Types = new EventTypes()
        .Add<NodeMeasured>("node_measured")
        .Upcast("node_weighed", old => new NodeMeasured(old.GetProperty("Name").GetString()!, old.GetProperty("Weight").GetInt32(), Health.Fine, Some.Noon));

    [Theory]
    [InlineData(typeof(NodeMeasured), "node_measured")]
    [InlineData(typeof(NodeIPChanged), "node_ip_changed")]
    [InlineData(typeof(EVMBlockSeen), "evm_block_seen")]
    [InlineData(typeof(Node2Added), "node_2_added")]
    [InlineData(typeof(NodeMeasuredV2), "node_measured_v2")]
    public void aliases_are_those_a_marten_client_derives(Type type, string alias) => Assert.Equal(alias, EventTypes.MartenAlias(type));

    [Fact]
    public void generic_classes_have_no_alias() => Assert.Throws<ArgumentException>(() => EventTypes.MartenAlias(typeof(Wrapped<string>)));

    [Fact]
    public void a_class_is_registered_under_no_other_alias()
    {
        var refusal = Assert.Throws<ArgumentException>(() => new EventTypes().Add<NodeIPChanged>("node_i_p_changed"));
        Assert.Contains("a Marten client looks for 'node_ip_changed'", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void nothing_is_registered_twice()
    {
        Assert.Throws<ArgumentException>(() => new EventTypes().Add<Node2Added>("node_2_added").Add<Node2Added>("node_2_added"));
        Assert.Throws<ArgumentException>(() => new EventTypes().Add<Node2Added>("node_2_added").Upcast("node_2_added", _ => new Node2Added("")));
    }

    [Fact]
    public void payloads_are_plain_objects_in_pascal_case_with_enums_by_name()
    {
        var e = new NodeMeasured("grüße", 128, Health.Poor, Some.Noon);
        var (type, data) = Types.Serialize(e);

        Assert.Equal("node_measured", type);
        Assert.Equal("""{"Node":"grüße","Slices":128,"Health":"Poor","At":"2026-11-20T12:00:00+00:00"}""", Encoding.UTF8.GetString(data.Span));
        Assert.Equal(e, Types.Deserialize(Stored(type, Encoding.UTF8.GetString(data.Span))));
    }

    [Fact]
    public void members_match_by_case_and_unknown_ones_are_passed_over() =>
        Assert.Equal(new NodeMeasured("n", 0, Health.Fine, default), Types.Deserialize(Stored("node_measured", """{"Node":"n","slices":128,"$type":"x","More":[1]}""")));

    [Fact]
    public void an_old_event_is_read_as_a_present_one() =>
        Assert.Equal(new NodeMeasured("n", 7, Health.Fine, Some.Noon), Types.Deserialize(Stored("node_weighed", """{"Name":"n","Weight":7}""")));

    [Theory]
    [InlineData("node_forgotten", "{}", "no class is registered")]
    [InlineData("node_measured", """{"Health":1}""", "could not be converted")]
    [InlineData("node_measured", """{"Slices":"many"}""", "could not be converted")]
    [InlineData("node_measured", "null", "JSON null")]
    [InlineData("node_weighed", "{}", "not present")]
    public void what_cannot_be_read_names_its_position(string type, string data, string reason)
    {
        var refusal = Assert.Throws<UnreadableEventException>(() => Types.Deserialize(Stored(type, data)));
        Assert.Contains($"Event at position 42 ('{type}', version 3 of stream 'node-1')", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void an_unregistered_class_is_not_stored() => Assert.Throws<ArgumentException>(() => Types.Serialize(new Node2Added("n")));

    [Fact]
    public void aliases_lists_present_and_old_names() => Assert.Equal(["node_measured", "node_weighed"], Types.Aliases.Order());

    private static StoredEvent Stored(string type, string data) =>
        new(42, EventId.Of("x"), "node-1", 3, type, JsonSerializer.SerializeToUtf8Bytes(JsonElement.Parse(data)), Some.Noon, null, null);
}
