using System.Text;

namespace Skale.EventStore;

/// <summary>What every event must keep before either store looks at it: the same refusals, in the same words, in both.</summary>
internal static class AppendRules
{
    private const int MaxNameLength = 500;
    private static readonly Encoding StrictUtf8 = new UTF8Encoding(false, throwOnInvalidBytes: true);

    /// <summary>The events with their data in canonical form.</summary>
    /// <exception cref="ArgumentException">An event can never be stored; names the event and the rule.</exception>
    public static NewEvent[] Apply(string log, IReadOnlyList<NewEvent> events)
    {
        var ids = events.Count > 1 ? new HashSet<Guid>(events.Count) : null;
        var buffer = new ByteBuffer(512);
        var applied = new NewEvent[events.Count];
        for (var i = 0; i < applied.Length; i++)
        {
            var e = events[i];
            Require(e.Id != Guid.Empty, log, e, "the id is empty; derive it with EventId.Of");
            Require(IsName(e.Stream), log, e, $"the stream must have 1 to {MaxNameLength} characters, no control characters");
            Require(IsName(e.Type), log, e, $"the type must have 1 to {MaxNameLength} characters, no control characters");
            Require(e.Version >= 1, log, e, "versions of a stream begin at 1");
            Require(e.At.Offset == TimeSpan.Zero && e.At.Ticks % TimeSpan.TicksPerMicrosecond == 0, log, e, $"the time {e.At:O} must be UTC in whole microseconds");
            applied[i] = e with { Data = Canonical(log, e, "data", e.Data, buffer), Headers = e.Headers.IsEmpty ? default : Canonical(log, e, "headers", e.Headers, buffer) };
            if (ids is not null && !ids.Add(e.Id))
            {
                throw new DuplicateEventException(log, e.Id);
            }
        }

        return applied;
    }

    private static ReadOnlyMemory<byte> Canonical(string log, NewEvent e, string part, ReadOnlyMemory<byte> json, ByteBuffer buffer)
    {
        try
        {
            buffer.Truncate(0);
            CanonicalJson.Write(json.Span, buffer, lossless: true);
        }
        catch (FormatException error)
        {
            throw new ArgumentException(Text(log, e, $"of the {part}, {error.Message}"), error);
        }

        Require(buffer.Written[0] == '{', log, e, $"the {part} must be one JSON object");
        return json.Span.SequenceEqual(buffer.Written) ? json : buffer.Written.ToArray();
    }

    /// <summary>Half a surrogate pair has no UTF-8.</summary>
    private static bool IsName(string text)
    {
        if (text.Length is 0 or > MaxNameLength || text.AsSpan().ContainsAnyInRange('\0', '\x1F'))
        {
            return false;
        }

        try
        {
            return StrictUtf8.GetByteCount(text) > 0;
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }

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
