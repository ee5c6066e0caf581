using System.Globalization;
using System.Text.Json;

namespace Skale.EventStore;

/// <summary>Requests to skip events: a small JSON file each, <c>skips/000000000023.json</c>, there as a whole or not at all.</summary>
internal static class JournalSkips
{
    public static void Add(string folder, SkipRequest request)
    {
        var file = Path.Combine(folder, "skips", $"{request.Position:D12}.json");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var temporary = $"{file}.{Guid.NewGuid():N}.tmp";
        using (var handle = File.OpenHandle(temporary, FileMode.CreateNew, FileAccess.Write))
        {
            RandomAccess.Write(handle, JsonSerializer.SerializeToUtf8Bytes(request), 0);
            RandomAccess.FlushToDisk(handle);
        }

        if (!File.Exists(file))
        {
            File.Move(temporary, file, overwrite: true);
        }

        File.Delete(temporary);
        Segment.FlushFolder(Path.GetDirectoryName(file)!);
    }

    /// <exception cref="JournalCorruptException">A file holds something else.</exception>
    public static IReadOnlyList<SkipRequest> Read(string folder, long afterPosition)
    {
        var requests = Path.Combine(folder, "skips");
        return Directory.Exists(requests)
            ? [.. Directory.EnumerateFiles(requests, "*.json").Where(file => PositionOf(file) > afterPosition).Select(ReadFile).OrderBy(r => r.Position)]
            : [];
    }

    private static SkipRequest ReadFile(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<SkipRequest>(File.ReadAllBytes(file)) is { Reason: not null, By: not null } request && request.Position == PositionOf(file)
                ? request
                : throw new JournalCorruptException(file, 1, "is no request to skip the event in its name");
        }
        catch (JsonException e)
        {
            throw new JournalCorruptException(file, 1, e.Message, e);
        }
    }

    private static long PositionOf(string file) =>
        long.TryParse(Path.GetFileNameWithoutExtension(file), NumberStyles.None, CultureInfo.InvariantCulture, out var position) ? position : 0;
}
