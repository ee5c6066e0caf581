using System.Collections.Immutable;

namespace Skale.EventStore;

/// <summary>
/// The keys of one log, from the first on, each vouched for by the one before it. A file of it is a file of notes (<see cref="NoteReader"/>), one
/// <see cref="KeyStatement"/> each. Whatever can be constructed is fully verified; it is believed by one who knows any of its keys from elsewhere.
/// </summary>
public sealed class KeyHistory
{
    private readonly ImmutableArray<(SignedNote Note, KeyStatement Statement)> all;

    private KeyHistory(ImmutableArray<(SignedNote Note, KeyStatement Statement)> all) => this.all = all;

    /// <summary>The statements in order: <see cref="KeyStatement.From"/> never falls.</summary>
    public IReadOnlyList<KeyStatement> Statements => [.. all.Select(each => each.Statement)];

    /// <summary>The key in use.</summary>
    public VerifierKey Current => all[^1].Statement.Key;

    /// <summary>The origin of the log, which is the name of all its keys.</summary>
    public string Origin => Current.Name;

    /// <summary>The history of a new log.</summary>
    public static KeyHistory Begin(SealingKey first)
    {
        var statement = new KeyStatement(first.Verifier, 0, null);
        return new([(SignedNote.Sign(statement.Lines(), first), statement)]);
    }

    /// <summary>The same history with a further key.</summary>
    /// <param name="old">The key in use.</param>
    /// <param name="next">Has the same name.</param>
    /// <param name="from">The size of the smallest tree whose checkpoint the next key signs: one more than that of the last checkpoint the old key signed.</param>
    /// <exception cref="SealException">The old key is not the one in use, the next one was used before or has another name, or the size is below that of the last rotation.</exception>
    public KeyHistory Rotate(SealingKey old, SealingKey next, long from)
    {
        if (!old.Verifier.Equals(Current))
        {
            throw new SealException("the history of keys", 0, $"the key in use is {Current}, not {old.Verifier}", "Give the private key that is in use as the old one.");
        }

        var statement = new KeyStatement(next.Verifier, from, Current);
        var note = SignedNote.Sign(statement.Lines(), old, next);
        return new(all.Add((note, Follows(note, all))));
    }

    /// <summary>Reads and verifies exactly what <see cref="ToBytes"/> writes.</summary>
    /// <param name="source">What errors call it.</param>
    /// <param name="pinned">
    /// A key known from elsewhere, which must be one of the history's. Without it nothing but the bytes vouches for the history: right for the log's owner, and
    /// for nobody who must not trust him.
    /// </param>
    /// <exception cref="SealException">A statement is malformed, not vouched for by the key before it, or the pinned key is missing.</exception>
    public static KeyHistory Parse(ReadOnlySpan<byte> bytes, string source, VerifierKey? pinned = null)
    {
        var all = ImmutableArray<(SignedNote, KeyStatement)>.Empty;
        foreach (var note in NoteReader.Parse(bytes, source))
        {
            all = all.Add((note, Follows(note, all)));
        }

        var history = all.IsEmpty ? throw new SealException(source, 0, "holds no key", "Give the file of keys that belongs to the log.") : new KeyHistory(all);
        return pinned is null || history.Statements.Any(statement => statement.Key.Equals(pinned))
            ? history
            : throw new SealException(source, 0, $"the trusted key {pinned} is none of the {all.Length} keys of this log", "Someone else signed this history, or the trusted key is of another log.");
    }

    /// <summary>The key that signs the checkpoint of a tree of so many leaves.</summary>
    public VerifierKey KeyAt(long treeSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(treeSize);
        return all.Last(each => each.Statement.From <= treeSize).Statement.Key;
    }

    /// <summary>Reads a checkpoint and believes it: it is of this log and signed by the key of its size, and by no other.</summary>
    /// <exception cref="SealException">It is anything else.</exception>
    public Checkpoint Open(SignedNote note)
    {
        var checkpoint = Checkpoint.Parse(note);
        if (checkpoint.Origin != Origin)
        {
            throw note.Error(0, $"the checkpoint is of the log {checkpoint.Origin}, not of {Origin}");
        }

        note.RequireSignatures(KeyAt(checkpoint.Size));
        return checkpoint;
    }

    /// <summary>The file.</summary>
    public byte[] ToBytes() => SignedNote.Utf8.GetBytes(string.Join('\n', all.Select(each => each.Note)));

    private static KeyStatement Follows(SignedNote note, ImmutableArray<(SignedNote Note, KeyStatement Statement)> before)
    {
        var statement = KeyStatement.Parse(note);
        if (before.IsEmpty)
        {
            if (statement.After is not null || statement.From != 0)
            {
                throw note.Error(0, "the first key of a log signs from tree size 0 and after no other", "The statements before it are missing: give the whole file.");
            }

            note.RequireSignatures(statement.Key);
            return statement;
        }

        var last = before[^1].Statement;
        if (statement.After is null || !statement.After.Equals(last.Key))
        {
            throw note.Error(3, $"the key does not follow {last.Key}, the one before it", "A statement is missing or out of place: give the whole file.");
        }

        if (statement.From < last.From)
        {
            throw note.Error(2, $"the key begins at tree size {statement.From}, before the one it follows ({last.From})", "Keys follow one another as the log grows: take a size the old key did not sign yet.");
        }

        if (statement.Key.Name != last.Key.Name || before.Any(each => each.Statement.Key.Equals(statement.Key)))
        {
            throw note.Error(1, $"the key has another name than {last.Key.Name}, or was used before", $"Rotate to a new key named {last.Key.Name}.");
        }

        if (note.Fault(0, last.Key) is { } fault)
        {
            throw note.Error(note.Lines.Length + 1, $"the key {statement.Key} is not vouched for by the one before it: {fault}", "Whoever wrote this does not have the old key: do not trust the new one.");
        }

        note.RequireSignatures(last.Key, statement.Key);
        return statement;
    }
}
