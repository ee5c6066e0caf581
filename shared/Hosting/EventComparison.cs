using System.Text.Json;
using Skale.EventStore;

namespace Skale.Hosting;

/// <summary>In which parts an event differs from what is decided now. Data is compared as JSON values: order of members and spelling of numbers do not count.</summary>
internal static class EventComparison
{
    public static IReadOnlyList<string> Differences(StoredEvent history, NewEvent now)
    {
        var parts = new List<string>();
        Add("type", history.Type != now.Type);
        Add("stream", history.Stream != now.Stream);
        Add("version", history.Version != now.Version);
        Add("time", history.At != now.At);
        Add("cause", history.CausationId != now.CausationId);
        Add("correlation", history.CorrelationId != now.CorrelationId);
        Add("id", history.Id != now.Id);
        parts.AddRange(history.Type == now.Type ? DataDifferences(history.Data, now.Data) : []);
        return parts;

        void Add(string part, bool differs)
        {
            if (differs)
            {
                parts.Add(part);
            }
        }
    }

    private static string[] DataDifferences(ReadOnlyMemory<byte> history, ReadOnlyMemory<byte> now)
    {
        if (history.Span.SequenceEqual(now.Span))
        {
            return [];
        }

        try
        {
            var (old, present) = (JsonElement.Parse(history.Span), JsonElement.Parse(now.Span));
            return JsonElement.DeepEquals(old, present) ? []
                : old.ValueKind == JsonValueKind.Object && Members(old, present).ToArray() is { Length: > 0 } members ? members
                : ["data"];
        }
        catch (JsonException)
        {
            // Shown beside what is decided now, as it is stored.
            return ["data"];
        }
    }

    private static IEnumerable<string> Members(JsonElement old, JsonElement present) =>
        from name in old.EnumerateObject().Select(m => m.Name).Union(present.EnumerateObject().Select(m => m.Name))
        where !(old.TryGetProperty(name, out var before) && present.TryGetProperty(name, out var after) && JsonElement.DeepEquals(before, after))
        select $"data.{name}";
}
