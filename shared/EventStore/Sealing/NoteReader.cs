namespace Skale.EventStore;

/// <summary>
/// Reads files of signed notes, one after the other, in memory for one note. The form of such a file is decided here:
/// <code>
/// file  = [ note *( LF note ) ]      ; one empty line between two notes, none before the first or after the last
/// note  = 1*( line LF ) LF 1*16( signature LF )
/// line  = 1*4096 characters, no control characters; does not begin with em dash, space
/// </code>
/// So a file with one note is that note as c2sp.org/signed-note has it, and a note is appended by writing, unless the file is empty, a line feed, and then the note.
/// </summary>
public static class NoteReader
{
    /// <summary>The notes of a file, in order; each is checked for form only.</summary>
    /// <exception cref="SealException">The file ends inside a note or is not of the form above.</exception>
    public static IEnumerable<SignedNote> Read(string file)
    {
        using var reader = new LineReader(file, 0);
        var parser = new NoteParser(file);
        while (reader.TryRead(out var line))
        {
            if (parser.Add(line) is { } note)
            {
                yield return note;
            }
        }

        if (parser.End(reader.Unfinished) is { } last)
        {
            yield return last;
        }
    }

    /// <summary>The notes in some bytes, of the same form as a file.</summary>
    internal static List<SignedNote> Parse(ReadOnlySpan<byte> bytes, string source)
    {
        var notes = new List<SignedNote>();
        var parser = new NoteParser(source);
        while (bytes.IndexOf((byte)'\n') is var length and >= 0)
        {
            if (parser.Add(bytes[..length]) is { } note)
            {
                notes.Add(note);
            }

            bytes = bytes[(length + 1)..];
        }

        if (parser.End(bytes.Length) is { } last)
        {
            notes.Add(last);
        }

        return notes;
    }
}
