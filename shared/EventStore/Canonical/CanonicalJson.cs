using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Skale.EventStore;

/// <summary>
/// JSON in the one form that RFC 8785 (JCS) gives it: no white space, members ordered by the UTF-16 code units of their names, numbers as ECMAScript
/// writes them, the least escaping. Equal values have equal bytes.
/// </summary>
public static class CanonicalJson
{
    private static readonly JsonReaderOptions Strict = new() { MaxDepth = 64 };

    /// <summary>The canonical form of one JSON value, UTF-8.</summary>
    /// <param name="lossless">
    /// Refuse what would not come back as it was written: a number that a 64-bit float cannot hold exactly as written (RFC 7493: send it as a
    /// text), and the character U+0000, which PostgreSQL cannot keep. Without it such numbers are rounded, as RFC 8785 says.
    /// </param>
    /// <exception cref="FormatException">No JSON value, or one with no canonical form (a name twice, half a surrogate pair, invalid UTF-8); says what and at which byte.</exception>
    public static byte[] Of(ReadOnlySpan<byte> json, bool lossless = false)
    {
        var output = new ByteBuffer(json.Length);
        Write(json, output, lossless);
        return output.Written.ToArray();
    }

    internal static void Write(ReadOnlySpan<byte> json, ByteBuffer output, bool lossless)
    {
        var reader = new Utf8JsonReader(json, Strict);
        try
        {
            if (!Utf8.IsValid(json))
            {
                throw new FormatException("it is not valid UTF-8");
            }

            reader.Read();
            new Writer(output, lossless).Value(ref reader);
            reader.Read();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new FormatException($"it is not valid JSON: {e.Message}", e);
        }
        catch (FormatException e)
        {
            throw new FormatException($"{e.Message} (before byte {reader.BytesConsumed})", e);
        }
    }

    private readonly record struct Member(string Name, int Start, int End);

    private readonly struct Writer(ByteBuffer output, bool lossless)
    {
        public void Value(ref Utf8JsonReader reader)
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    Object(ref reader);
                    break;
                case JsonTokenType.StartArray:
                    Array(ref reader);
                    break;
                case JsonTokenType.String:
                    Text(ref reader);
                    break;
                case JsonTokenType.Number:
                    CanonicalNumber.Write(reader.ValueSpan, output, lossless);
                    break;
                default:
                    output.Add(reader.ValueSpan); // true, false, null
                    break;
            }
        }

        /// <summary>Writes the members as they come, and puts them in order afterwards when they were not.</summary>
        private void Object(ref Utf8JsonReader reader)
        {
            output.Add((byte)'{');
            var members = new List<Member>();
            var (begin, ordered) = (output.Length, true);
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                var (start, name) = (output.Length, Name(ref reader));
                output.Add((byte)':');
                reader.Read();
                Value(ref reader);
                output.Add((byte)',');
                ordered = ordered && (members.Count == 0 || string.CompareOrdinal(members[^1].Name, name) < 0);
                members.Add(new Member(name, start, output.Length));
            }

            if (!ordered)
            {
                Sort(members, begin);
            }

            End(begin, (byte)'}');
        }

        private void Array(ref Utf8JsonReader reader)
        {
            output.Add((byte)'[');
            var begin = output.Length;
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                Value(ref reader);
                output.Add((byte)',');
            }

            End(begin, (byte)']');
        }

        private void End(int begin, byte bracket)
        {
            output.Truncate(Math.Max(begin, output.Length - 1)); // the last comma
            output.Add(bracket);
        }

        private void Sort(List<Member> members, int begin)
        {
            members.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
            for (var i = 1; i < members.Count; i++)
            {
                if (members[i - 1].Name == members[i].Name)
                {
                    throw new FormatException($"the name '{members[i].Name}' stands twice in one object");
                }
            }

            var written = output.Written[begin..];
            var copy = written.Length <= 1024 ? stackalloc byte[written.Length] : new byte[written.Length];
            written.CopyTo(copy);
            foreach (var member in CollectionsMarshal.AsSpan(members))
            {
                var bytes = copy[(member.Start - begin)..(member.End - begin)];
                bytes.CopyTo(written);
                written = written[bytes.Length..];
            }
        }

        private string Name(ref Utf8JsonReader reader)
        {
            Text(ref reader);
            return NameCache.Get(ref reader);
        }

        private void Text(ref Utf8JsonReader reader)
        {
            output.Add((byte)'"');
            if (!reader.ValueIsEscaped)
            {
                output.Add(reader.ValueSpan);
            }
            else
            {
                var text = new byte[reader.ValueSpan.Length];
                Escape(text.AsSpan(0, reader.CopyString(text)));
            }

            output.Add((byte)'"');
        }

        private void Escape(ReadOnlySpan<byte> text)
        {
            foreach (var b in text)
            {
                switch (b)
                {
                    case 0 when lossless:
                        throw new FormatException("a text contains the character U+0000, which PostgreSQL cannot keep");
                    case (byte)'"' or (byte)'\\':
                        output.Add([(byte)'\\', b]);
                        break;
                    case 8 or 9 or 10 or 12 or 13:
                        output.Add([(byte)'\\', "btn_fr"u8[b - 8]]);
                        break;
                    case < 0x20:
                        output.Add(Encoding.ASCII.GetBytes($"\\u{(int)b:x4}"));
                        break;
                    default:
                        output.Add(b);
                        break;
                }
            }
        }
    }
}
