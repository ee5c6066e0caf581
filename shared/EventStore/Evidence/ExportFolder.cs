namespace Skale.EventStore;

/// <summary>What belongs into the folder of an export, or of a journal with its writer's own files.</summary>
internal static class ExportFolder
{
    public const string Seals = "seals";
    public const string Keys = "keys";

    /// <summary>Whether a writer works or worked here: its files are no part of the evidence.</summary>
    public static bool IsJournal(string folder) => File.Exists(Path.Combine(folder, "writer.lock"));

    /// <summary>Finds what is missing and what does not belong here.</summary>
    public static void Check(string folder, IReadOnlyList<Segment> segments, Findings findings)
    {
        string[] required = [Seals, Keys, .. segments.Select(segment => Path.GetFileName(SegmentDigests.PathOf(segment)))];
        foreach (var name in required.Where(name => !File.Exists(Path.Combine(folder, name))))
        {
            findings.Add(FindingKind.File, 0, Path.Combine(folder, name), 0, "the file is missing");
        }

        var known = segments.Select(segment => Path.GetFileName(segment.File)).Concat(required).Append(ExportStart.FileName).ToHashSet();
        foreach (var path in Directory.EnumerateFileSystemEntries(folder).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(path);
            if (!known.Contains(name) && !IsWriters(name))
            {
                findings.Add(FindingKind.File, 0, path, 0, "does not belong into an export");
            }
        }
    }

    /// <summary>The segments by position; only files with exactly the name of one.</summary>
    public static List<Segment> Segments(string folder) =>
        Segment.List(folder).FindAll(segment => Path.GetFileName(segment.File) == Path.GetFileName(Segment.At(folder, segment.First).File));

    private static bool IsWriters(string name) =>
        name is "writer.lock" or "committed.mark" or "checkpoints" or "skips" or JournalSnapshots.FileName or $"{JournalSnapshots.FileName}.tmp" or $"{Keys}.tmp" || name.EndsWith(".summary", StringComparison.Ordinal) || name.EndsWith(".summary.tmp", StringComparison.Ordinal);
}
