using System.Text;

namespace Skale.EventStore;

/// <summary>Takes the text of a proof apart, from its first line to its last.</summary>
internal ref struct ProofReader
{
    private const string Remedy = "The file was changed or cut after it was written: fetch it again, or have the proof made again.";
    private readonly string text;
    private readonly string source;
    private int at;
    private int line;

    /// <exception cref="SealException">The text is not UTF-8 or has another title.</exception>
    public ProofReader(ReadOnlySpan<byte> bytes, string source, string title)
    {
        this.source = source;
        try
        {
            text = SignedNote.Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw new SealException(source, 0, "is not UTF-8", Remedy, e);
        }

        Require(title);
    }

    /// <summary>The next line must be this one.</summary>
    public void Require(string expected)
    {
        if (Line() != expected)
        {
            throw Error(expected.Length == 0 ? "an empty line must stand here" : $"the line must be '{expected}'");
        }
    }

    /// <summary>The next line, without its line feed.</summary>
    public string Line()
    {
        line++;
        var end = text.IndexOf('\n', at);
        var next = end < 0 ? throw Error("the text ends here, or its last line has no line feed") : text[at..end];
        at = end + 1;
        return next;
    }

    /// <summary>All lines up to an empty line and a heading, which are consumed.</summary>
    public string Until(string heading)
    {
        var end = text.IndexOf($"\n\n{heading}\n", at, StringComparison.Ordinal);
        var section = end < 0 ? throw Error($"nowhere from here on stands '{heading}' behind an empty line") : text[at..(end + 1)];
        line += section.Count(c => c == '\n') + 2;
        at += section.Length + heading.Length + 2;
        return section;
    }

    /// <summary>Hashes in base64, one on a line, up to an empty line.</summary>
    public MerkleHash[] Hashes()
    {
        var hashes = new List<MerkleHash>();
        for (var next = Line(); next.Length > 0; next = Line())
        {
            hashes.Add(MerkleHash.TryFromBase64(next, out var hash) ? hash : throw Error("is not a hash: 32 bytes in canonical base64"));
        }

        return [.. hashes];
    }

    /// <summary>Everything that is left.</summary>
    public readonly string Rest() => text[at..];

    /// <param name="what">Of the line read last.</param>
    public readonly SealException Error(string what) => new(source, line, what, Remedy);

    /// <summary>What was read must be what would be written: a proof has one form.</summary>
    public readonly void RequireSame(byte[] written)
    {
        if (SignedNote.Utf8.GetString(written) != text)
        {
            throw new SealException(source, 0, "does not have the one form of its content", Remedy);
        }
    }
}
