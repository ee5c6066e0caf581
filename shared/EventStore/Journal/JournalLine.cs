using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Skale.EventStore;

/// <summary>One line of a journal, taken apart; its spans live as long as the bytes it was read from. The format is described at <see cref="JournalLog"/>.</summary>
internal ref struct JournalLine
{
    public long Position;
    public Guid Id;
    public ReadOnlySpan<byte> Stream;
    public long Version;
    public ReadOnlySpan<byte> Type;
    public DateTimeOffset At;
    public Guid? CausationId;
    public Guid? CorrelationId;
    public ReadOnlySpan<byte> Data;

    /// <summary>On the last line of a commit: how many lines the commit has. 0 on the others.</summary>
    public int Commit;

    /// <exception cref="FormatException">The line is not an event; says why.</exception>
    public static JournalLine Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            var parsed = Read(line);
            return parsed.Position > 0 && parsed.Id != Guid.Empty && parsed.Version > 0 && !parsed.Stream.IsEmpty && !parsed.Type.IsEmpty && !parsed.Data.IsEmpty && Utf8.IsValid(line)
                ? parsed
                : throw new FormatException("a member is missing or has no valid value");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new FormatException($"not a JSON object of an event ({e.Message})", e);
        }
    }

    public readonly StoredEvent ToEvent() => new(
        Position, Id, Encoding.UTF8.GetString(Stream), Version, Encoding.UTF8.GetString(Type), Data.ToArray(), At, CausationId, CorrelationId);

    /// <summary>Writes an event as one line.</summary>
    /// <param name="commit">How many lines the commit has, on its last line; else 0.</param>
    public static void Write(ArrayBufferWriter<byte> output, Utf8JsonWriter json, NewEvent e, long position, int commit)
    {
        json.Reset(output);
        json.WriteStartObject();
        json.WriteNumber("Position"u8, position);
        json.WriteString("Id"u8, e.Id);
        json.WriteString("Stream"u8, e.Stream);
        json.WriteNumber("Version"u8, e.Version);
        json.WriteString("Type"u8, e.Type);
        json.WriteString("At"u8, e.At.UtcDateTime);
        if (e.CausationId is { } cause)
        {
            json.WriteString("CausationId"u8, cause);
        }

        if (e.CorrelationId is { } correlation)
        {
            json.WriteString("CorrelationId"u8, correlation);
        }

        json.WritePropertyName("Data"u8);
        json.WriteRawValue(OneLine(e.Data).Span, skipInputValidation: true);
        if (commit > 0)
        {
            json.WriteNumber("Commit"u8, commit);
        }

        json.WriteEndObject();
        json.Flush();
        output.Write("\n"u8);
    }

    public static Utf8JsonWriter NewWriter(ArrayBufferWriter<byte> output) =>
        new(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });

    private static JournalLine Read(ReadOnlySpan<byte> line)
    {
        var parsed = new JournalLine();
        var reader = new Utf8JsonReader(line);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new FormatException("not a JSON object");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            parsed.ReadMember(ref reader, line);
        }

        return reader.Read() ? throw new FormatException("more than one JSON object") : parsed;
    }

    private void ReadMember(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> line)
    {
        var name = reader.ValueSpan;
        reader.Read();
        if (name.SequenceEqual("Position"u8))
        {
            Position = reader.GetInt64();
        }
        else if (name.SequenceEqual("Id"u8))
        {
            Id = reader.GetGuid();
        }
        else if (name.SequenceEqual("Stream"u8))
        {
            Stream = Text(ref reader);
        }
        else if (name.SequenceEqual("Version"u8))
        {
            Version = reader.GetInt64();
        }
        else if (name.SequenceEqual("Type"u8))
        {
            Type = Text(ref reader);
        }
        else if (name.SequenceEqual("At"u8))
        {
            At = reader.GetDateTimeOffset();
        }
        else if (name.SequenceEqual("CausationId"u8))
        {
            CausationId = reader.GetGuid();
        }
        else if (name.SequenceEqual("CorrelationId"u8))
        {
            CorrelationId = reader.GetGuid();
        }
        else if (name.SequenceEqual("Commit"u8))
        {
            Commit = reader.GetInt32();
        }
        else
        {
            var start = (int)reader.TokenStartIndex;
            var isObject = reader.TokenType == JsonTokenType.StartObject;
            reader.Skip();
            if (isObject && name.SequenceEqual("Data"u8))
            {
                Data = line[start..(int)reader.BytesConsumed];
            }
        }
    }

    private static ReadOnlySpan<byte> Text(scoped ref Utf8JsonReader reader) =>
        reader.TokenType != JsonTokenType.String ? throw new FormatException("a text was expected")
        : reader.ValueIsEscaped ? Encoding.UTF8.GetBytes(reader.GetString()!)
        : reader.ValueSpan;

    /// <summary>A payload may be indented; a line may not.</summary>
    private static ReadOnlyMemory<byte> OneLine(ReadOnlyMemory<byte> data)
    {
        if (!data.Span.ContainsAny((byte)'\n', (byte)'\r'))
        {
            return data;
        }

        using var document = JsonDocument.Parse(data);
        var output = new ArrayBufferWriter<byte>(data.Length);
        using (var json = NewWriter(output))
        {
            document.WriteTo(json);
        }

        return output.WrittenMemory;
    }
}
