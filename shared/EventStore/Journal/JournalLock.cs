namespace Skale.EventStore;

/// <summary>Another writer has the journal open.</summary>
public sealed class JournalLockedException(string folder, long? processId, Exception inner)
    : LogHeldException($"Journal {folder} is open for writing by {(processId is { } id ? $"process {id}" : "another process")}. Stop it first, or open the journal for reading.", inner)
{
    public long? ProcessId => processId;
}

/// <summary>The lock of the one writer: a file held open exclusively, free again the moment its process ends, however it ends.</summary>
internal static class JournalLock
{
    /// <exception cref="JournalLockedException">Names the process that writes.</exception>
    /// <exception cref="IOException">The folder cannot be made or written.</exception>
    public static FileStream Take(string folder)
    {
        var file = Path.Combine(folder, "writer.lock");
        try
        {
            Directory.CreateDirectory(folder);
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException e) when (File.Exists(file) && CanWrite(folder))
        {
            throw new JournalLockedException(folder, CommitMark.Read(folder)?.ProcessId, e);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new IOException($"Journal folder {folder} cannot be written: {e.Message} Give this user write access to it, or choose another folder.", e);
        }
    }

    private static bool CanWrite(string folder)
    {
        try
        {
            using var probe = new FileStream(Path.Combine(folder, $".probe-{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 0, FileOptions.DeleteOnClose);
            return true;
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            return false;
        }
    }
}
