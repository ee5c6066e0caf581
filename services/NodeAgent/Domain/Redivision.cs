using System.Collections.Immutable;

namespace Skale.NodeAgent.Domain;

/// <summary>
/// Where the contents of a backup go when the data may be divided otherwise than it was: everything to where the chain finds it at the same path. A part that is none any more
/// becomes a folder, and a folder that is a part now goes there.
/// </summary>
/// <param name="then">Parts of the backup; null is what they leave.</param>
/// <param name="now">Parts that there are volumes for.</param>
internal sealed class Redivision(IEnumerable<string?> then, IEnumerable<string?> now)
{
    private readonly ImmutableHashSet<string?> volumes = [.. now];
    private readonly ImmutableHashSet<string?> added = [.. now.Except(then)];

    /// <summary>The volume and the path in it.</summary>
    /// <param name="path">In the volume that the content was of; empty for that volume itself.</param>
    public (string? Part, string Path) Of(string? part, string path)
    {
        if (part is not null)
        {
            return volumes.Contains(part) ? (part, path) : (null, path.Length == 0 ? part : $"{part}/{path}");
        }

        var first = path.Split('/')[0];
        return first.Length > 0 && added.Contains(first) ? (first, path.Length == first.Length ? "" : path[(first.Length + 1)..]) : (null, path);
    }

    /// <summary>What cannot fit, with the figures; null when it may. What file systems take for themselves shows only when they are filled.</summary>
    /// <param name="sizes">Of the volumes that there are; null when one is as large as its disk.</param>
    public string? Fault(IReadOnlyList<BackupContent> contents, IReadOnlyList<(string? Part, long? Bytes)> sizes)
    {
        var kept = contents.Where(c => c.Part is not null && volumes.Contains(c.Part)).ToArray();
        // Of what is cut anew nobody knows the pieces yet: together they must fit.
        var rest = (Needed: contents.Except(kept).Sum(c => (decimal)c.Bytes), Has: sizes.Where(s => s.Part is null || added.Contains(s.Part)).Aggregate((decimal?)0, (sum, s) => sum + s.Bytes));
        return kept.Select(c => (c, Size: sizes.First(s => s.Part == c.Part).Bytes)).Where(c => c.c.Bytes > c.Size).Select(c => $"its {c.c.Title} has {c.c.Bytes} bytes, and the volume of that part {c.Size}")
            .Concat(rest.Needed > rest.Has ? [$"{string.Join(" and ", contents.Except(kept).Select(c => c.Title))} {(contents.Count - kept.Length == 1 ? "has" : "have")} {rest.Needed} bytes, and the volume{(added.IsEmpty ? "" : "s")} for that {rest.Has}"] : [])
            .FirstOrDefault();
    }

    /// <summary>Both sides, for whoever has to make room.</summary>
    public static string Figures(IReadOnlyList<BackupContent> contents, IReadOnlyList<(string? Part, long? Bytes)> sizes) =>
        $"it holds {string.Join(", ", contents.Select(c => $"{c.Bytes} bytes in {c.Files} files and folders of {c.Title}"))}, and the volumes have {string.Join(", ", sizes.Select(s => $"{(s.Bytes is { } bytes ? $"{bytes} bytes" : "what the disk leaves")} for {new BackupContent(s.Part, 0, 0, "").Title}"))}";
}
