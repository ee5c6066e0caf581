using System.Text;
using System.Text.Json;

namespace Skale.EventStore.Tests;

/// <summary>What every event log keeps, whatever it is made of. One subclass for each implementation runs all of it.</summary>
public abstract partial class EventLogContract
{
    private protected abstract Task<LogPlace> NewPlace();

    [Fact]
    public async Task a_new_log_is_empty()
    {
        await using var log = await (await NewPlace()).OpenWriter();

        Assert.Equal(0, await log.Head());
        Assert.Empty(await log.ReadAll().All());
        Assert.Empty(await log.ReadStream("node-1").All());
    }

    [Fact]
    public async Task an_event_comes_back_as_it_was_appended()
    {
        await using var log = await (await NewPlace()).OpenWriter();
        var e = Some.Event("chain-\u00e4 \"quoted\" \\ \u20bf", 1, "gr\u00fc\u00dfe \U0001F310") with { CorrelationId = null };

        Assert.Equal(1, await log.Append([e]));

        var stored = Assert.Single(await log.ReadAll().All());
        Assert.Equal(new StoredEvent(1, e.Id, e.Stream, 1, e.Type, stored.Data, e.At, e.CausationId, null), stored);
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(e.Data.Span), JsonElement.Parse(stored.Data.Span)));
    }

    [Fact]
    public async Task headers_come_back_and_are_digested()
    {
        await using var log = await (await NewPlace()).OpenWriter();
        await log.Append([Some.Event("a", 1) with { Headers = """{ "Z": [1.0], "Message": "m" }"""u8.ToArray() }, Some.Event("a", 2)]);

        var stored = await log.ReadAll().All();
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse("""{"Message":"m","Z":[1]}"""), JsonElement.Parse(stored[0].Headers.Span)));
        Assert.True(stored[1].Headers.IsEmpty);
        var lines = await log.Evidence.ReadLines().All();
        Assert.Contains("},\"Headers\":{\"Message\":\"m\",\"Z\":[1]},\"Id\":", Encoding.UTF8.GetString(lines[0].Bytes.Span), StringComparison.Ordinal);
        Assert.All(lines, line => Assert.Equal(MerkleHash.OfLeaf(line.Bytes.Span), line.Digest));
        await Assert.ThrowsAsync<ArgumentException>(() => log.Append([Some.Event("b", 1) with { Headers = "[]"u8.ToArray() }]));
    }

    [Fact]
    public async Task positions_follow_the_order_of_appending_across_streams()
    {
        await using var log = await (await NewPlace()).OpenWriter();
        Assert.Equal(3, await log.Append([Some.Event("a", 1), Some.Event("b", 1), Some.Event("a", 2)]));
        Assert.Equal(4, await log.Append([Some.Event("b", 2)]));

        Assert.Equal(["1:a/1", "2:b/1", "3:a/2", "4:b/2"], await log.ReadAll().Names());
        Assert.Equal(["3:a/2", "4:b/2"], await log.ReadAll(2).Names());
        Assert.Equal(["2:b/1", "4:b/2"], await log.ReadStream("b").Names());
        Assert.Equal(["4:b/2"], await log.ReadStream("b", 1).Names());
        Assert.Equal(4, await log.Head());
    }

    [Fact]
    public async Task appending_nothing_changes_nothing()
    {
        await using var log = await (await NewPlace()).OpenWriter();
        await log.Append([Some.Event("a", 1)]);

        Assert.Equal(1, await log.Append([]));
        Assert.Equal(1, await log.Head());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public async Task a_version_that_does_not_follow_is_a_conflict_and_nothing_is_written(int version)
    {
        await using var log = await (await NewPlace()).OpenWriter();
        await log.Append(Some.Events("a", 1, 3));

        var refusal = await Assert.ThrowsAsync<VersionConflictException>(() => log.Append([Some.Event("b", 1), Some.Event("a", version, "again")]));

        Assert.Contains($"stream 'a' is at version 3, not at {version - 1}", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(3, await log.Head());
        Assert.Empty(await log.ReadStream("b").All());
        Assert.Equal(5, await log.Append([Some.Event("b", 1), Some.Event("a", 4)]));
    }

    [Fact]
    public async Task versions_within_one_append_must_follow_each_other()
    {
        await using var log = await (await NewPlace()).OpenWriter();

        await Assert.ThrowsAsync<VersionConflictException>(() => log.Append([Some.Event("a", 1), Some.Event("a", 3)]));
        await Assert.ThrowsAsync<VersionConflictException>(() => log.Append([Some.Event("a", 2), Some.Event("a", 1)]));
        Assert.Equal(0, await log.Head());
    }

    [Fact]
    public async Task an_event_id_is_stored_once_and_a_repeat_writes_nothing()
    {
        await using var log = await (await NewPlace()).OpenWriter();
        var first = Some.Event("a", 1);
        await log.Append([first]);

        var refusal = await Assert.ThrowsAsync<DuplicateEventException>(() => log.Append([Some.Event("b", 1), first]));
        await Assert.ThrowsAsync<DuplicateEventException>(() => log.Append([Some.Event("b", 1), Some.Event("b", 1) with { Stream = "c" }]));

        Assert.Contains($"{first.Id}", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(["1:a/1"], await log.ReadAll().Names());
        Assert.Equal(2, await log.Append([Some.Event("b", 1)]));
    }

    [Theory]
    [InlineData("[1]", "must be one JSON object")]
    [InlineData("{\"A\":1", "not valid JSON")]
    [InlineData("{\"A\":\"\\u0000\"}", "U+0000")]
    [InlineData("{\"A\":\"\\ud800\"}", "not valid JSON")]
    public async Task data_that_no_store_can_keep_is_refused_with_its_reason(string data, string reason)
    {
        await using var log = await (await NewPlace()).OpenWriter();

        var refusal = await Assert.ThrowsAsync<ArgumentException>(() => log.Append([Some.Event("a", 1) with { Data = Encoding.UTF8.GetBytes(data) }]));

        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("version 1 of stream 'a'", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(0, await log.Head());
    }

    [Fact]
    public async Task times_are_utc_in_whole_microseconds()
    {
        await using var log = await (await NewPlace()).OpenWriter();

        await Assert.ThrowsAsync<ArgumentException>(() => log.Append([Some.Event("a", 1) with { At = Some.Noon.AddTicks(1) }]));
        await Assert.ThrowsAsync<ArgumentException>(() => log.Append([Some.Event("a", 1) with { At = Some.Noon.ToOffset(TimeSpan.FromHours(1)) }]));
    }

    [Fact]
    public async Task indented_data_is_the_same_data()
    {
        await using var log = await (await NewPlace()).OpenWriter();
        await log.Append([Some.Event("a", 1) with { Data = "{\r\n  \"Amount\": 1.50,\n  \"List\": [ 1,\n 2 ]\n}"u8.ToArray() }]);

        var stored = Assert.Single(await log.ReadAll().All());
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse("""{"Amount":1.50,"List":[1,2]}"""), JsonElement.Parse(stored.Data.Span)));
    }

    [Fact]
    public async Task everything_is_there_after_reopening()
    {
        var place = await NewPlace();
        await using (var log = await place.OpenWriter())
        {
            await log.Append(Some.Events("a", 1, 100));
            await log.Append(Some.Events("b", 1, 100));
            await log.SaveCheckpoint("relay", 150);
        }

        await using var again = await place.OpenWriter();
        Assert.Equal(200, await again.Head());
        Assert.Equal(150, await again.LoadCheckpoint("relay"));
        await Assert.ThrowsAsync<VersionConflictException>(() => again.Append([Some.Event("a", 100, "other")]));
        await Assert.ThrowsAsync<DuplicateEventException>(() => again.Append([Some.Event("a", 100)]));
        Assert.Equal(201, await again.Append([Some.Event("a", 101)]));
        Assert.Equal(Enumerable.Range(1, 201).Select(i => (long)i), (await again.ReadAll().All()).Select(e => e.Position));
    }
}
