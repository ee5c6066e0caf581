using System.Text;

namespace Skale.EventStore;

/// <summary>
/// That the tree of one checkpoint of a log begins with all of the tree of an earlier one: nothing was changed, removed or inserted in between. A text that a
/// stranger can check without the log. Whatever can be constructed is proven.
/// <code>
/// skale consistency proof
///
/// ... the keys of the log, as in its file of keys ...
///
/// path
/// ... the hashes (RFC 6962, section 2.1.2) in base64, nearest to the leaves first; none when both trees are of one size, or the old one is empty ...
///
/// ... the old checkpoint ...
///
/// ... the new checkpoint ...
/// </code>
/// </summary>
public sealed class ConsistencyProof
{
    private const string Title = "skale consistency proof";
    private const string PathTitle = "path";
    private readonly MerkleHash[] path;
    private readonly SignedNote oldNote;
    private readonly SignedNote newNote;

    private ConsistencyProof(MerkleHash[] path, SignedNote oldNote, Checkpoint old, SignedNote newNote, Checkpoint @new, KeyHistory keys) =>
        (this.path, this.oldNote, Old, this.newNote, New, Keys) = (path, oldNote, old, newNote, @new, keys);

    public Checkpoint Old { get; }

    /// <summary>Extends <see cref="Old"/>.</summary>
    public Checkpoint New { get; }

    /// <summary>The keys of the log; those of the checkpoints' sizes signed them.</summary>
    public KeyHistory Keys { get; }

    /// <summary>Whether some bytes are meant to be such a proof: what they begin with.</summary>
    public static bool IsMeant(ReadOnlySpan<byte> bytes) => bytes.StartsWith(Encoding.ASCII.GetBytes($"{Title}\n"));

    /// <param name="path">RFC 6962's consistency proof; empty when both trees are of one size, or the old one is empty.</param>
    /// <param name="source">What errors call the proof.</param>
    /// <exception cref="SealException">It proves nothing; says why.</exception>
    public static ConsistencyProof Of(MerkleHash[] path, SignedNote oldNote, SignedNote newNote, KeyHistory keys, string source)
    {
        var (old, @new) = (keys.Open(oldNote), keys.Open(newNote));
        var isConsistent = old.Size == 0
            ? old.Root == MerkleHash.EmptyRoot && path.Length == 0 && (@new.Size > 0 || @new.Root == old.Root)
            : MerkleProof.IsConsistent(old.Size, old.Root, @new.Size, @new.Root, path);
        return isConsistent
            ? new(path, oldNote, old, newNote, @new, keys)
            : throw new SealException(
                source, 0, $"the path does not show that the tree of {@new.Size} events begins with the tree of {old.Size} events",
                "A checkpoint or the path is not what was recorded: do not believe that the log was only appended to.");
    }

    /// <summary>Reads and verifies exactly what <see cref="ToBytes"/> writes. Every input may be hostile.</summary>
    /// <param name="source">What errors call it.</param>
    /// <param name="pinned">A key of the log that is known from elsewhere. Without it the keys in the proof vouch for themselves.</param>
    /// <exception cref="SealException">It is malformed, or proves nothing; says why.</exception>
    public static ConsistencyProof Parse(ReadOnlySpan<byte> bytes, string source, VerifierKey? pinned = null)
    {
        var reader = new ProofReader(bytes, source, Title);
        reader.Require("");
        var keys = KeyHistory.Parse(SignedNote.Utf8.GetBytes(reader.Until(PathTitle)), $"{source}, keys", pinned);
        var path = reader.Hashes();
        var notes = NoteReader.Parse(SignedNote.Utf8.GetBytes(reader.Rest()), $"{source}, checkpoints");
        var proof = notes.Count == 2 ? Of(path, notes[0], notes[1], keys, source) : throw reader.Error($"{notes.Count} checkpoints follow instead of two");
        reader.RequireSame(proof.ToBytes());
        return proof;
    }

    /// <summary>The file.</summary>
    public byte[] ToBytes() =>
    [
        .. SignedNote.Utf8.GetBytes($"{Title}\n\n"), .. Keys.ToBytes(),
        .. SignedNote.Utf8.GetBytes($"\n{PathTitle}\n{string.Concat(path.Select(hash => $"{hash.ToBase64()}\n"))}\n{oldNote}\n{newNote}"),
    ];
}
