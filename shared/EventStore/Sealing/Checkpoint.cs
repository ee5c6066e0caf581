using System.Globalization;

namespace Skale.EventStore;

/// <summary>
/// The state of the log's Merkle tree at one moment, in the form of c2sp.org/tlog-checkpoint. The text has four lines: origin, tree size, root in base64, and
/// one extension line with the time of signing, <c>time 2026-11-21T12:00:00.123456Z</c>. Other extension lines are refused, as nobody here would check them.
/// </summary>
/// <param name="Origin">Names the log; the same as the name of the key that signs.</param>
/// <param name="Size">Leaves in the tree, 0 or more.</param>
/// <param name="Root">Of the tree of that size (RFC 6962).</param>
/// <param name="Time">When it was signed: UTC, in whole microseconds. A statement by the signer, not proven by anything.</param>
public sealed record Checkpoint(string Origin, long Size, MerkleHash Root, DateTimeOffset Time)
{
    private const string TimeFormat = "'time 'yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    /// <summary>Reads the text of a note. Checks no signature: see <see cref="KeyHistory.Open"/>.</summary>
    /// <exception cref="SealException">It is not a checkpoint.</exception>
    public static Checkpoint Parse(SignedNote note)
    {
        if (note.Lines.Length != 4)
        {
            throw note.Error(0, $"a checkpoint has four lines (origin, tree size, root, time); this text has {note.Lines.Length}");
        }

        if (!VerifierKey.IsName(note.Lines[0]))
        {
            throw note.Error(0, $"'{note.Lines[0]}' is not an origin: 1 to 200 characters without white space or '+'");
        }

        var size = TreeSize.Parse(note, 1, note.Lines[1]);
        if (!MerkleHash.TryFromBase64(note.Lines[2], out var root))
        {
            throw note.Error(2, $"'{note.Lines[2]}' is not a root: 32 bytes in canonical base64");
        }

        var read = DateTimeOffset.TryParseExact(note.Lines[3], TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time);
        var checkpoint = new Checkpoint(note.Lines[0], size, root, time);
        return read && checkpoint.Lines()[3] == note.Lines[3]
            ? checkpoint
            : throw note.Error(3, $"'{note.Lines[3]}' is not a time of signing: time 2026-11-21T12:00:00.123456Z");
    }

    /// <exception cref="ArgumentException">The key is of another log, or the size is negative.</exception>
    /// <exception cref="InvalidOperationException">The time is finer than a microsecond or not UTC.</exception>
    public SignedNote Sign(SealingKey key)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Size);
        if (key.Verifier.Name != Origin)
        {
            throw new ArgumentException($"The key {key.Verifier.Name} cannot sign a checkpoint of {Origin}.", nameof(key));
        }

        if (Time.Offset != TimeSpan.Zero || Time.Ticks % TimeSpan.TicksPerMicrosecond != 0)
        {
            throw new InvalidOperationException($"The time of a checkpoint is UTC in whole microseconds, not {Time:O}.");
        }

        return SignedNote.Sign(Lines(), key);
    }

    private string[] Lines() => [Origin, TreeSize.Format(Size), Root.ToBase64(), Time.ToString(TimeFormat, CultureInfo.InvariantCulture)];
}
