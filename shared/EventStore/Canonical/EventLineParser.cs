using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Skale.EventStore;

/// <summary>Takes a line apart, and accepts no other form than the one <see cref="EventLine.Write"/> gives it (but for the data, which are any JSON object).</summary>
internal ref struct EventLineParser
{
    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdef"u8);
    private readonly ReadOnlySpan<byte> line;
    private int at;

    private EventLineParser(ReadOnlySpan<byte> line) => this.line = line;

    /// <exception cref="FormatException">The line is not an event; says what was expected, and at which byte.</exception>
    public static EventLine Parse(ReadOnlySpan<byte> line)
    {
        if (!Utf8.IsValid(line))
        {
            throw new FormatException("the line is not valid UTF-8");
        }

        return new EventLineParser(line).Read();
    }

    public static string Unescape(ReadOnlySpan<byte> text) =>
        Encoding.UTF8.GetString(text) is var name && name.Contains('\\', StringComparison.Ordinal)
            ? name.Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal)
            : name;

    private EventLine Read()
    {
        var parsed = new EventLine();
        Expect("{\"At\":\""u8);
        parsed.At = Time();
        parsed.CausationId = Take("\",\"CausationId\":\""u8) ? Id() : null;
        parsed.CorrelationId = Take("\",\"CorrelationId\":\""u8) ? Id() : null;
        Expect("\",\"Data\":"u8);
        parsed.Data = Object();
        parsed.Headers = Take(",\"Headers\":"u8) ? Object() : default;
        Expect(",\"Id\":\""u8);
        parsed.Id = Id();
        Expect("\",\"Position\":"u8);
        parsed.Position = Number();
        if (Take(",\"Previous\":\""u8))
        {
            parsed.Previous = Hex();
            Expect("\""u8);
        }

        Expect(",\"Stream\":\""u8);
        parsed.Stream = Name();
        Expect(",\"Type\":\""u8);
        parsed.Type = Name();
        Expect(",\"Version\":"u8);
        parsed.Version = Number();
        parsed.BodyLength = at;
        parsed.More = Take(",\"More\":"u8) ? (int)Math.Min(Number(), int.MaxValue) : 0;
        Expect("}"u8);
        return at == line.Length && parsed.Id != Guid.Empty ? parsed : throw Wrong("the end of the line");
    }

    private bool Take(ReadOnlySpan<byte> text)
    {
        var found = line[at..].StartsWith(text);
        at += found ? text.Length : 0;
        return found;
    }

    private void Expect(ReadOnlySpan<byte> text)
    {
        if (!Take(text))
        {
            throw Wrong(Encoding.UTF8.GetString(text));
        }
    }

    private DateTimeOffset Time()
    {
        // 2026-11-20T12:00:00.000000Z; Utf8Parser's form of it has seven digits.
        Span<byte> round = stackalloc byte[28];
        if (line.Length - at >= 27 && line[at + 26] == 'Z')
        {
            line.Slice(at, 26).CopyTo(round);
            "0Z"u8.CopyTo(round[26..]);
            if (Utf8Parser.TryParse(round, out DateTimeOffset time, out var length, 'O') && length == 28)
            {
                at += 27;
                return time;
            }
        }

        throw Wrong("a UTC time with six digits of the second");
    }

    private Guid Id()
    {
        if (line.Length - at >= 36 && Utf8Parser.TryParse(line.Slice(at, 36), out Guid id, out var length, 'D') && length == 36 && !line.Slice(at, 36).ContainsAnyInRange((byte)'A', (byte)'F'))
        {
            at += 36;
            return id;
        }

        throw Wrong("an id in lower case");
    }

    /// <summary>From 1; no sign, no leading zero.</summary>
    private long Number()
    {
        if (Utf8Parser.TryParse(line[at..], out long number, out var length) && number > 0 && line[at] is >= (byte)'1' and <= (byte)'9')
        {
            at += length;
            return number;
        }

        throw Wrong("a number from 1");
    }

    private ReadOnlySpan<byte> Hex()
    {
        if (line.Length - at >= 64 && !line.Slice(at, 64).ContainsAnyExcept(HexDigits))
        {
            at += 64;
            return line.Slice(at - 64, 64);
        }

        throw Wrong("64 hex digits in lower case");
    }

    private ReadOnlySpan<byte> Object()
    {
        var reader = new Utf8JsonReader(line[at..]);
        try
        {
            if (reader.Read() && reader.TokenType == JsonTokenType.StartObject && reader.TrySkip())
            {
                at += (int)reader.BytesConsumed;
                return line[(at - (int)reader.BytesConsumed)..at];
            }
        }
        catch (JsonException e)
        {
            throw new FormatException($"the data or headers are not valid JSON: {e.Message}", e);
        }

        throw Wrong("a JSON object");
    }

    /// <summary>Up to its closing quote, which is consumed.</summary>
    private ReadOnlySpan<byte> Name()
    {
        var start = at;
        while (line[at..].IndexOfAny((byte)'"', (byte)'\\') is var length and >= 0)
        {
            at += length + 1;
            if (line[at - 1] == '"')
            {
                return length > 0 || at - 1 > start ? line[start..(at - 1)] : throw Wrong("a name");
            }

            if (at < line.Length && line[at] is (byte)'"' or (byte)'\\')
            {
                at++;
                continue;
            }

            break;
        }

        throw Wrong("a name and its closing quote");
    }

    private readonly FormatException Wrong(string expected) => new($"not an event: {expected} was expected at byte {at + 1}");
}
