using System.Globalization;
using System.Text;

namespace Skale.EventStore;

/// <summary>How far named readers have come: one small text file each, replaced as a whole.</summary>
internal static class JournalCheckpoints
{
    public static long Load(string folder, string reader)
    {
        var file = PathOf(folder, reader);
        if (!File.Exists(file))
        {
            return 0;
        }

        var text = File.ReadAllText(file).Trim();
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var position)
            ? position
            : throw new JournalCorruptException(file, 1, $"holds '{text}' instead of a position");
    }

    public static void Save(string folder, string reader, long position)
    {
        var file = PathOf(folder, reader);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var temporary = $"{file}.{Environment.ProcessId}.{Guid.NewGuid():N}.tmp";
        using (var handle = File.OpenHandle(temporary, FileMode.CreateNew, FileAccess.Write))
        {
            RandomAccess.Write(handle, Encoding.UTF8.GetBytes($"{position}\n"), 0);
            RandomAccess.FlushToDisk(handle);
        }

        File.Move(temporary, file, overwrite: true);
        Segment.FlushFolder(Path.GetDirectoryName(file)!);
    }

    private static string PathOf(string folder, string reader) => Path.Combine(folder, "checkpoints", $"{ReaderName.Check(reader)}.checkpoint");
}
