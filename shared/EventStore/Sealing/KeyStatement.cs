namespace Skale.EventStore;

/// <summary>
/// Says which key signs checkpoints from a tree size on. A signed note, in the words of this project:
/// <code>
/// skale signing key
/// key example.org/log+1a2b3c4d+AjBZ...
/// from tree size 1200
/// after example.org/log+5e6f7a8b+AjBZ...
/// </code>
/// signed by the old key and then by the new one, so the old one vouches for the new, and the new one for what it follows. The first key of a log has no line
/// "after", begins at 0 and signs for itself. It cannot be taken for a checkpoint, whose second line is a number.
/// </summary>
/// <param name="Key">The key that signs.</param>
/// <param name="From">The size, in leaves, of the smallest tree whose checkpoint it signs.</param>
/// <param name="After">The key before it; none for the first.</param>
public sealed record KeyStatement(VerifierKey Key, long From, VerifierKey? After)
{
    private const string Title = "skale signing key";
    private const string KeyPrefix = "key ";
    private const string FromPrefix = "from tree size ";
    private const string AfterPrefix = "after ";

    internal string[] Lines() =>
        [Title, $"{KeyPrefix}{Key}", $"{FromPrefix}{TreeSize.Format(From)}", .. After is null ? Array.Empty<string>() : [$"{AfterPrefix}{After}"]];

    /// <summary>Reads the text of a note. Checks no signature.</summary>
    internal static KeyStatement Parse(SignedNote note)
    {
        if (note.Lines is not ([Title, _, _] or [Title, _, _, _]))
        {
            throw note.Error(0, $"is not a statement about a key: three or four lines, of which the first is '{Title}'");
        }

        var key = VerifierKey.Parse(Rest(note, 1, KeyPrefix), note.Source, note.Line + 1);
        var from = TreeSize.Parse(note, 2, Rest(note, 2, FromPrefix));
        var after = note.Lines.Length == 3 ? null : VerifierKey.Parse(Rest(note, 3, AfterPrefix), note.Source, note.Line + 3);
        return new(key, from, after);
    }

    private static string Rest(SignedNote note, int line, string prefix) => note.Lines[line].StartsWith(prefix, StringComparison.Ordinal)
        ? note.Lines[line][prefix.Length..]
        : throw note.Error(line, $"does not begin with '{prefix}'");
}
