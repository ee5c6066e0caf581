using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace Skale.EventStore;

/// <summary>Puts notes together line by line; the form is that of <see cref="NoteReader"/>.</summary>
internal sealed class NoteParser(string source)
{
    private const int MaxLineCharacters = 4096;
    private const int MaxLines = 64;
    private const string Remedy = "It was changed or cut after it was written: fetch it again from one who holds a copy.";
    private readonly ImmutableArray<string>.Builder text = ImmutableArray.CreateBuilder<string>();
    private readonly ImmutableArray<NoteSignature>.Builder signatures = ImmutableArray.CreateBuilder<NoteSignature>();
    private bool inSignatures;
    private long line;
    private long firstLine = 1;

    /// <param name="bytes">The next line, without its line feed.</param>
    /// <returns>The note that this line, being empty, ends.</returns>
    public SignedNote? Add(ReadOnlySpan<byte> bytes)
    {
        line++;
        if (!bytes.IsEmpty)
        {
            AddFull(Decode(bytes));
            return null;
        }

        if (!inSignatures)
        {
            inSignatures = text.Count > 0 ? true : throw Error("an empty line stands where a note begins");
            return null;
        }

        var note = Take();
        firstLine = line + 1;
        return note;
    }

    /// <param name="unfinished">How many bytes stand behind the last line feed.</param>
    /// <returns>The last note; none if there is no note at all.</returns>
    public SignedNote? End(int unfinished)
    {
        if (line == 0 && unfinished == 0)
        {
            return null;
        }

        line++;
        return unfinished > 0 ? throw Error("the last line has no line feed")
            : inSignatures ? Take()
            : throw Error(text.Count > 0 ? "ends in the middle of a note" : "ends with an empty line");
    }

    private void AddFull(string value)
    {
        var signs = value.StartsWith(NoteSignature.Dash, StringComparison.Ordinal);
        if (inSignatures)
        {
            signatures.Add(signs ? Signature(value) : throw Error("is not a signature line: em dash, space, key name, space, base64"));
        }
        else
        {
            text.Add(signs ? throw Error("a signature line has no empty line before it") : value);
        }

        if (text.Count > MaxLines || signatures.Count > SignedNote.MaxSignatures)
        {
            throw Error($"a note has more than {MaxLines} lines or {SignedNote.MaxSignatures} signatures");
        }
    }

    private SignedNote Take()
    {
        var note = new SignedNote(text.ToImmutable(), signatures.Count > 0 ? signatures.ToImmutable() : throw Error("a note has no signature"), source, firstLine);
        text.Clear();
        signatures.Clear();
        inSignatures = false;
        return note;
    }

    private NoteSignature Signature(string value)
    {
        var parts = value[NoteSignature.Dash.Length..].Split(' ');
        if (parts.Length != 2 || !VerifierKey.IsName(parts[0]))
        {
            throw Error("does not name its key: em dash, space, key name, space, base64");
        }

        var bytes = new byte[parts[1].Length];
        if (!Convert.TryFromBase64String(parts[1], bytes, out var length) || length <= sizeof(uint))
        {
            throw Error("does not end with a signature in base64");
        }

        var signature = new NoteSignature(parts[0], BinaryPrimitives.ReadUInt32BigEndian(bytes), bytes.AsMemory(sizeof(uint)..length));
        return signature.ToString() == value ? signature : throw Error("its base64 is not the canonical one of its bytes");
    }

    private string Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var value = SignedNote.Utf8.GetString(bytes);
            return value.Length > MaxLineCharacters ? throw Error($"is longer than {MaxLineCharacters} characters")
                : value.AsSpan().ContainsAnyInRange('\0', '\u001f') ? throw Error("has a control character")
                : value;
        }
        catch (DecoderFallbackException invalid)
        {
            throw new SealException(source, line, "is not UTF-8", Remedy, invalid);
        }
    }

    private SealException Error(string what) => new(source, line, what, Remedy);
}
