using System.Globalization;
using System.Text;

namespace Skale.EventStore;

/// <summary>
/// That a log held an event when a checkpoint was signed: a text that a stranger can check without the log. Whatever can be constructed is proven.
/// <code>
/// skale event proof
/// {"At":"2026-11-20T12:00:00.000000Z", ... the event's line }
///
/// ... the keys of the log, as in its file of keys ...
///
/// c2sp.org/tlog-proof@v1
/// index 6
/// ... the hashes of the path (RFC 6962, section 2.1.1) in base64, nearest to the leaf first ...
///
/// ... the checkpoint ...
/// </code>
/// From the line <c>c2sp.org/tlog-proof@v1</c> on it is a proof as that specification has it, of the event's line as its entry.
/// </summary>
public sealed class EventProof
{
    private const string Title = "skale event proof";
    private const string TlogTitle = "c2sp.org/tlog-proof@v1";
    private const string IndexPrefix = "index ";
    private readonly byte[] line;
    private readonly MerkleHash[] path;
    private readonly SignedNote note;

    private EventProof(byte[] line, StoredEvent e, MerkleHash[] path, SignedNote note, Checkpoint checkpoint, KeyHistory keys) =>
        (this.line, Event, this.path, this.note, Checkpoint, Keys) = (line, e, path, note, checkpoint, keys);

    public StoredEvent Event { get; }

    /// <summary>Of a tree that holds the event.</summary>
    public Checkpoint Checkpoint { get; }

    /// <summary>The keys of the log; the one of the checkpoint's size signed it.</summary>
    public KeyHistory Keys { get; }

    /// <summary>Whether some bytes are meant to be such a proof: what they begin with.</summary>
    public static bool IsMeant(ReadOnlySpan<byte> bytes) => bytes.StartsWith(Encoding.ASCII.GetBytes($"{Title}\n"));

    /// <param name="line">The canonical line of the event, without line feed.</param>
    /// <param name="path">RFC 6962's inclusion path.</param>
    /// <param name="source">What errors call the proof.</param>
    /// <exception cref="SealException">It proves nothing; says why.</exception>
    public static EventProof Of(ReadOnlySpan<byte> line, long index, MerkleHash[] path, SignedNote note, KeyHistory keys, string source)
    {
        var checkpoint = keys.Open(note);
        if (!MerkleProof.IsIncluded(MerkleHash.OfLeaf(line), index, checkpoint.Size, checkpoint.Root, path))
        {
            throw new SealException(
                source, 0, $"the path does not lead from this event, as number {index + 1}, to the root of the tree of {checkpoint.Size} events that was signed",
                "The event, its number, the path or the checkpoint is not what was recorded: do not believe that the log held this event.");
        }

        try
        {
            var e = EventLineParser.Parse(line).ToEvent();
            return e.Position == index + 1
                ? new(line.ToArray(), e, path, note, checkpoint, keys)
                : throw new SealException(source, 2, $"the event says that it is number {e.Position}, but it is number {index + 1} of the tree", "Whoever signed the checkpoint signed a tree that is none of an event log: do not trust the key.");
        }
        catch (FormatException wrong)
        {
            throw new SealException(source, 2, wrong.Message, "Whoever signed the checkpoint signed a tree that is none of an event log: do not trust the key.", wrong);
        }
    }

    /// <summary>Reads and verifies exactly what <see cref="ToBytes"/> writes. Every input may be hostile.</summary>
    /// <param name="source">What errors call it.</param>
    /// <param name="pinned">A key of the log that is known from elsewhere. Without it the keys in the proof vouch for themselves.</param>
    /// <exception cref="SealException">It is malformed, or proves nothing; says why.</exception>
    public static EventProof Parse(ReadOnlySpan<byte> bytes, string source, VerifierKey? pinned = null)
    {
        var reader = new ProofReader(bytes, source, Title);
        var line = SignedNote.Utf8.GetBytes(reader.Line());
        reader.Require("");
        var keys = KeyHistory.Parse(SignedNote.Utf8.GetBytes(reader.Until(TlogTitle)), $"{source}, keys", pinned);
        var text = reader.Line();
        var index = text.StartsWith(IndexPrefix, StringComparison.Ordinal) && long.TryParse(text.AsSpan(IndexPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw reader.Error("is not 'index' and a number");
        var path = reader.Hashes();
        var proof = Of(line, index, path, SignedNote.Parse(SignedNote.Utf8.GetBytes(reader.Rest()), $"{source}, checkpoint"), keys, source);
        reader.RequireSame(proof.ToBytes());
        return proof;
    }

    /// <summary>The file.</summary>
    public byte[] ToBytes() =>
    [
        .. SignedNote.Utf8.GetBytes($"{Title}\n"), .. line, .. SignedNote.Utf8.GetBytes("\n\n"), .. Keys.ToBytes(),
        .. SignedNote.Utf8.GetBytes($"\n{TlogTitle}\n{IndexPrefix}{(Event.Position - 1).ToString(CultureInfo.InvariantCulture)}\n{string.Concat(path.Select(hash => $"{hash.ToBase64()}\n"))}\n{note}"),
    ];
}
