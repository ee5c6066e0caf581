namespace Skale.EventStore;

/// <summary>The snapshot of a journal's state: one file, <c>snapshot</c>, replaced as a whole.</summary>
internal static class JournalSnapshots
{
    public const string FileName = "snapshot";

    public static Stream? Open(string folder)
    {
        try
        {
            return new FileStream(PathOf(folder), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>What a crash left of the one before is overwritten: there is one writer.</summary>
    public static void Save(string folder, Action<Stream> write)
    {
        var temporary = $"{PathOf(folder)}.tmp";
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            write(file);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, PathOf(folder), overwrite: true);
        Segment.FlushFolder(folder);
    }

    private static string PathOf(string folder) => Path.Combine(folder, FileName);
}
