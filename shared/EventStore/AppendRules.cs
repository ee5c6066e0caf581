using System.Text.Json;

namespace Skale.EventStore;

/// <summary>What every event must keep before either store looks at it: the same refusals, in the same words, in both.</summary>
internal static class AppendRules
{
    private const int MaxNameLength = 500;

    /// <exception cref="ArgumentException">An event can never be stored; names the event and the rule.</exception>
    public static void Check(string log, IReadOnlyList<NewEvent> events)
    {
        var ids = events.Count > 1 ? new HashSet<Guid>(events.Count) : null;
        foreach (var e in events)
        {
            Require(e.Id != Guid.Empty, log, e, "the id is empty; derive it with EventId.Of");
            Require(IsName(e.Stream), log, e, $"the stream must have 1 to {MaxNameLength} characters, no control characters");
            Require(IsName(e.Type), log, e, $"the type must have 1 to {MaxNameLength} characters, no control characters");
            Require(e.Version >= 1, log, e, "versions of a stream begin at 1");
            Require(e.At.Offset == TimeSpan.Zero && e.At.Ticks % TimeSpan.TicksPerMicrosecond == 0, log, e, $"the time {e.At:O} must be UTC in whole microseconds");
            CheckData(log, e);
            if (ids is not null && !ids.Add(e.Id))
            {
                throw new DuplicateEventException(log, e.Id);
            }
        }
    }

    /// <summary>One whole JSON object in which every text can be stored: PostgreSQL keeps neither U+0000 nor half a surrogate pair.</summary>
    private static void CheckData(string log, NewEvent e)
    {
        try
        {
            var reader = new Utf8JsonReader(e.Data.Span);
            Require(reader.Read() && reader.TokenType == JsonTokenType.StartObject, log, e, "the data must be one JSON object");
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped)
                {
                    Require(!reader.GetString()!.Contains('\0', StringComparison.Ordinal), log, e, $"the data contains the character U+0000 before byte {reader.BytesConsumed}");
                }
            }

            Require(System.Text.Unicode.Utf8.IsValid(e.Data.Span), log, e, "the data is not valid UTF-8");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new ArgumentException(Text(log, e, $"the data is not valid JSON: {error.Message}"), error);
        }
    }

    private static bool IsName(string text) => text.Length is > 0 and <= MaxNameLength && !text.AsSpan().ContainsAnyInRange('\0', '\x1F');

    private static void Require(bool holds, string log, NewEvent e, string rule)
    {
        if (!holds)
        {
            throw new ArgumentException(Text(log, e, rule));
        }
    }

    private static string Text(string log, NewEvent e, string rule) =>
        $"Log '{log}': event {e.Id} ({e.Type}, version {e.Version} of stream '{e.Stream}') cannot be stored: {rule}.";
}
