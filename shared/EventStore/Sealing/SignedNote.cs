using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace Skale.EventStore;

/// <summary>One signature line of a note.</summary>
/// <param name="KeyName">Of the key that signed.</param>
/// <param name="KeyId">Of the key that signed, see <see cref="VerifierKey.Id"/>.</param>
/// <param name="Signature">As the key's algorithm has it: for ours ASN.1 DER.</param>
public sealed record NoteSignature(string KeyName, uint KeyId, ReadOnlyMemory<byte> Signature)
{
    /// <summary>An em dash and a space begin every signature line.</summary>
    internal const string Dash = "\u2014 ";

    public override string ToString()
    {
        var value = new byte[sizeof(uint) + Signature.Length];
        BinaryPrimitives.WriteUInt32BigEndian(value, KeyId);
        Signature.Span.CopyTo(value.AsSpan(sizeof(uint)));
        return $"{Dash}{KeyName} {Convert.ToBase64String(value)}";
    }
}

/// <summary>
/// A signed text (c2sp.org/signed-note): lines, an empty line, signature lines; every line ends with a line feed. Ours are narrower than the specification:
/// the text has no empty lines, so that several notes can stand in one file (see <see cref="NoteReader"/>).
/// Reading is strict: what was read is written again as the same bytes, or reading failed. Nothing is believed before <see cref="RequireSignatures"/>.
/// </summary>
public sealed class SignedNote
{
    /// <summary>The specification asks verifiers to take at least this many.</summary>
    public const int MaxSignatures = 16;
    internal static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    internal SignedNote(ImmutableArray<string> lines, ImmutableArray<NoteSignature> signatures, string source, long line)
    {
        Lines = lines;
        Signatures = signatures;
        Source = source;
        Line = line;
    }

    /// <summary>The lines of the text, without their line feeds.</summary>
    public ImmutableArray<string> Lines { get; }

    public ImmutableArray<NoteSignature> Signatures { get; }

    /// <summary>The text as it is signed: with the line feed of its last line.</summary>
    public string Text => string.Concat(Lines.Select(line => line + '\n'));

    /// <summary>Where the note was read from: a file, mostly.</summary>
    public string Source { get; }

    /// <summary>The line in <see cref="Source"/>, from 1, at which the text begins.</summary>
    public long Line { get; }

    /// <summary>Signs a text with one key or, in their order, with several.</summary>
    /// <param name="lines">At least one; none is empty, has control characters, or looks like a signature line.</param>
    public static SignedNote Sign(IEnumerable<string> lines, params ReadOnlySpan<SealingKey> keys)
    {
        var text = lines.ToImmutableArray();
        var unsigned = new SignedNote(text, [], "a note to be signed", 1);
        var signatures = ImmutableArray.CreateBuilder<NoteSignature>();
        foreach (var key in keys)
        {
            signatures.Add(key.Sign(unsigned.Text));
        }

        return Parse(Utf8.GetBytes(new SignedNote(text, signatures.ToImmutable(), unsigned.Source, 1).ToString()), unsigned.Source);
    }

    /// <summary>Reads bytes that are one note and nothing else.</summary>
    /// <param name="source">What errors call it.</param>
    /// <exception cref="SealException">They are anything else.</exception>
    public static SignedNote Parse(ReadOnlySpan<byte> bytes, string source)
    {
        var notes = NoteReader.Parse(bytes, source);
        return notes.Count == 1
            ? notes[0]
            : throw new SealException(source, 0, $"holds {notes.Count} signed notes", "Give exactly one.");
    }

    /// <summary>
    /// Believes the note, or fails: it must be signed by exactly these keys in this order. The specification lets a verifier ignore signatures by unknown keys;
    /// nobody else signs ours, so an unknown one is damage.
    /// </summary>
    /// <exception cref="SealException">A signature is missing, wrong, or by another key.</exception>
    public void RequireSignatures(params ReadOnlySpan<VerifierKey> keys)
    {
        for (var i = 0; i < keys.Length; i++)
        {
            if (Fault(i, keys[i]) is { } fault)
            {
                throw Error(Lines.Length + 1 + i, fault);
            }
        }

        if (Signatures.Length > keys.Length)
        {
            throw Error(Lines.Length + 1 + keys.Length, $"has a signature more than the {keys.Length} that belong here");
        }
    }

    /// <summary>Why signature number <paramref name="index"/> (from 0) is not one by this key; null if it is.</summary>
    internal string? Fault(int index, VerifierKey key)
    {
        if (index >= Signatures.Length)
        {
            return $"a signature by {key} is missing";
        }

        var signature = Signatures[index];
        return signature.KeyName != key.Name || signature.KeyId != key.Id ? $"is signed by {signature.KeyName}+{signature.KeyId:x8}, not by {key.Name}+{key.Id:x8}"
            : key.Verifies(Utf8.GetBytes(Text), signature.Signature.Span) ? null
            : $"the signature by {key.Name}+{key.Id:x8} is not one of the text above it";
    }

    /// <summary>The note as it is written: text, empty line, signature lines.</summary>
    public override string ToString() => $"{Text}\n{string.Concat(Signatures.Select(signature => $"{signature}\n"))}";

    public byte[] ToBytes() => Utf8.GetBytes(ToString());

    /// <param name="offset">In lines from the first of the text.</param>
    internal SealException Error(int offset, string what, string remedy = Distrust) => new(Source, Line + offset, what, remedy);

    private const string Distrust = "Do not trust it: fetch it again from one who holds a copy, and compare.";
}
