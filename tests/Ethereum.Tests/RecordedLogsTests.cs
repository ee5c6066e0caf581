using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Skale.Ethereum.Tests;

public sealed class RecordedLogsTests
{
    private static readonly LogDecoder Decoder = new(Recording.Contracts.Where(c => c.Address is not null));

    [Fact]
    public void every_recorded_log_decodes_to_what_an_independent_library_found()
    {
        var decoded = Recording.Logs.Select(Decoder.Decode).OfType<DecodedLog>().ToList();
        var expected = Recording.Events.EnumerateArray().ToList();

        Assert.Equal(778, expected.Count);
        Assert.Equal(expected.Count, decoded.Count);
        foreach (var (ours, theirs) in decoded.Zip(expected))
        {
            Assert.Equal(theirs.GetProperty("block").GetInt64(), ours.Log.BlockNumber);
            Assert.Equal(theirs.GetProperty("tx").GetString(), ours.Log.TransactionHash);
            Assert.Equal(theirs.GetProperty("logIndex").GetInt32(), ours.Log.LogIndex);
            Assert.Equal(theirs.GetProperty("contract").GetString(), ours.Contract);
            Assert.Equal(theirs.GetProperty("event").GetString(), ours.Event.Name);
            Assert.Equal(Canonical(theirs.GetProperty("args").GetRawText()), Canonical(Json(ours.Fields)));
        }
    }

    [Fact]
    public void topics_and_selectors_are_those_the_description_says()
    {
        using var abi = JsonDocument.Parse(Recording.AbiJson);
        foreach (var contract in abi.RootElement.EnumerateObject())
        {
            var ours = Recording.Contracts.Single(c => c.Name == contract.Name);
            foreach (var entry in contract.Value.EnumerateArray())
            {
                var name = entry.GetProperty("name").GetString()!;
                if (entry.GetProperty("type").GetString() == "event")
                {
                    Assert.Equal(entry.GetProperty("topic0").GetString(), ours.Event(name).Topic0);
                }
                else
                {
                    Assert.Equal(entry.GetProperty("selector").GetString(), ours.Function(name).Selector);
                }
            }
        }
    }

    [Fact]
    public void logs_nobody_described_are_passed_over()
    {
        Assert.Equal(1009, Recording.Logs.Count);
        Assert.Null(Decoder.Decode(Recording.Logs[0]));
        Assert.Null(Decoder.Decode(Recording.Logs[0] with { Topics = [] }));
        Assert.Null(Decoder.Decode(Recording.Logs[4] with { Address = "0x00000000000000000000000000000000000000ff" }));
    }

    [Fact]
    public void a_damaged_log_is_an_error_that_names_the_log_the_event_and_the_field_and_never_anything_else()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var described = Recording.Logs.Where(l => Decoder.Decode(l) is not null && l.Data.Length > 0).ToList();
        var refused = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var log = described[random.Next(described.Count)];
            var data = log.Data.ToArray();
            if (random.Next(2) == 0)
            {
                data = data[..random.Next(data.Length)];
            }
            else
            {
                for (var flips = random.Next(1, 4); flips > 0; flips--)
                {
                    data[random.Next(data.Length)] = (byte)random.Next(256);
                }
            }

            try
            {
                Decoder.Decode(log with { Data = data });
            }
            catch (AbiException e)
            {
                refused++;
                Assert.Contains($"Log {log.LogIndex} of block {log.BlockNumber}", e.Message, StringComparison.Ordinal);
                Assert.Contains(Decoder.Decode(log)!.Event.Name, e.Message, StringComparison.Ordinal);
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}, round {round}: {e}");
            }
        }

        Assert.True(refused > 10_000, $"seed {seed}: only {refused} were refused");
    }

    private static string Json(AbiFields fields)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            fields.WriteTo(json);
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    /// <summary>The other library writes addresses with their checksum; nothing else differs.</summary>
    private static string Canonical(string json) => Lower(JsonNode.Parse(json)!).ToJsonString();

    private static JsonNode Lower(JsonNode node) => node switch
    {
        JsonObject fields => new JsonObject(fields.Select(f => KeyValuePair.Create(f.Key, (JsonNode?)Lower(f.Value!)))),
        JsonArray items => new JsonArray([.. items.Select(i => Lower(i!))]),
        JsonValue value when value.TryGetValue<string>(out var text) && text.StartsWith("0x", StringComparison.Ordinal) && text.Length == 42 => Address.Normalise(text),
        _ => node.DeepClone(),
    };
}
