namespace Skale.EventStore;

/// <summary>
/// Verifies an export, or a journal in place, in one pass and offline: every line against its recorded digest, every stream as a chain, all of it against the
/// signed checkpoints and those the auditor holds. Believes nothing in the folder but what the keys vouch for. Memory does not grow with the number of events
/// (with that of streams it does, see <see cref="StreamCheck"/>); repeated event ids are therefore not looked for: a signed tree holds what was signed.
/// </summary>
public sealed class ExportVerifier
{
    private readonly string folder;
    private readonly Findings findings = new();
    private readonly List<(Checkpoint, SignedNote)> held = [];
    private readonly KeyHistory? keys;
    private readonly VerifierKey? pinned;
    private readonly ExportStart? start;

    private ExportVerifier(string folder, VerifierKey? pinned, IReadOnlyList<SignedNote> heldNotes)
    {
        (this.folder, this.pinned) = (folder, pinned);
        start = Read<ExportStart>(ExportStart.FileName, FindingKind.File, ExportStart.Parse);
        keys = Read(ExportFolder.Keys, FindingKind.Key, (bytes, source) => KeyHistory.Parse(bytes, source, pinned))
            ?? (pinned is null ? null : Read(ExportFolder.Keys, null, (bytes, source) => KeyHistory.Parse(bytes, source)));
        foreach (var note in heldNotes)
        {
            Hold(note);
        }

        held.Sort((a, b) => a.Item1.Size.CompareTo(b.Item1.Size));
    }

    /// <param name="pinned">A key of the log's known from elsewhere; without it the export's keys vouch for themselves.</param>
    /// <param name="held">Checkpoints known from elsewhere, mostly older ones: the history must extend them.</param>
    /// <param name="onPosition">Hears how far it is, every few thousand events.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="SealException">A held checkpoint is none, or of a tree smaller than the export's start: it cannot be compared.</exception>
    public static ExportReport Verify(
        string folder, VerifierKey? pinned = null, IReadOnlyList<SignedNote>? held = null, Action<long>? onPosition = null, CancellationToken cancellation = default) =>
        Directory.Exists(folder)
            ? new ExportVerifier(folder, pinned, held ?? []).Run(onPosition, cancellation)
            : throw new DirectoryNotFoundException($"There is no folder {Path.GetFullPath(folder)}.");

    /// <summary>How many events there are, as far as the names of files tell; for showing progress.</summary>
    public static long Estimate(string folder) => ExportFolder.Segments(folder).Sum(segment =>
        File.Exists(SegmentDigests.PathOf(segment)) ? new FileInfo(SegmentDigests.PathOf(segment)).Length / MerkleHash.SizeBytes : 0);

    private ExportReport Run(Action<long>? onPosition, CancellationToken cancellation)
    {
        var segments = ExportFolder.Segments(folder);
        ExportFolder.Check(folder, segments, findings);
        var after = start?.Position ?? 0;
        var mark = ExportFolder.IsJournal(folder) ? CommitMark.Read(folder) : null;
        using var seals = new SealQueue(Path.Combine(folder, ExportFolder.Seals), keys, after, findings);
        var tree = new TreeCheck(findings, seals, held, start is null ? new MerkleFrontier() : new MerkleFrontier(after, start.Subtrees));
        var streams = new StreamCheck(findings, isWhole: start is null);
        var pass = new ExportPass(findings, tree, streams, mark is { IsExact: true } ? mark.Value.Position : long.MaxValue, onPosition, cancellation);
        foreach (var segment in segments)
        {
            pass.Read(segment);
        }

        pass.End(folder, mark?.Position ?? 0);
        tree.End(pass.File ?? folder, pass.Line, () => mark is { IsExact: true } ? CommitMark.Read(folder)?.Position ?? 0 : tree.Size);
        if (tree.Good is null && findings.Count == 0)
        {
            findings.Add(
                FindingKind.NotSealed, 0, Path.Combine(folder, ExportFolder.Seals), 0,
                "no checkpoint vouches for these events: the log was not sealed yet, or its checkpoints were removed");
        }

        return new ExportReport(
            folder, after, tree.Size, pass.Events, streams.Count, seals.Count, tree.Good, keys, pinned is not null && keys?.Statements.Any(s => s.Key.Equals(pinned)) == true, held.Count,
            findings.InOrder, findings.Count);
    }

    private void Hold(SignedNote note)
    {
        var checkpoint = Checkpoint.Parse(note);
        if (checkpoint.Size < (start?.Position ?? 0))
        {
            throw new SealException(
                note.Source, note.Line, $"the checkpoint is of {checkpoint.Size} events, but the export begins behind position {start!.Position}", "Export the whole log, or from that position on.");
        }

        try
        {
            keys?.Open(note);
        }
        catch (SealException e)
        {
            findings.Add(FindingKind.NotExtended, e);
        }

        held.Add((checkpoint, note));
    }

    private delegate T Parser<T>(ReadOnlySpan<byte> bytes, string source);

    private T? Read<T>(string name, FindingKind? kind, Parser<T> parse)
        where T : class
    {
        var file = Path.Combine(folder, name);
        if (!File.Exists(file))
        {
            return null; // ExportFolder finds what must exist
        }

        try
        {
            return parse(File.ReadAllBytes(file), file);
        }
        catch (SealException e)
        {
            if (kind is { } known)
            {
                findings.Add(known, e);
            }

            return null;
        }
    }
}
