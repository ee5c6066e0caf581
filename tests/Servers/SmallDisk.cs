namespace Skale.Servers;

/// <summary>A small file system in memory, that can be full or not to be written. Only root may mount one.</summary>
public sealed class SmallDisk : IAsyncDisposable
{
    private SmallDisk(string folder) => Folder = folder;

    public string Folder { get; }

    private string Ballast => Path.Combine(Folder, "ballast");

    /// <param name="folder">Empty; gone at the end.</param>
    public static async Task<SmallDisk> Mount(string folder)
    {
        Directory.CreateDirectory(folder);
        await ServerProcess.Run("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], Wait.Patience);
        return new SmallDisk(folder);
    }

    public Task<string> Resize(int bytes) => Remount($"size={bytes}");

    public Task<string> MakeReadOnly() => Remount("ro");

    /// <summary>Nothing more can be written but into blocks that files have already.</summary>
    public void Fill()
    {
        using var file = new FileStream(Ballast, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
            {
                file.Write(new byte[4096]);
            }
        }
        catch (IOException)
        {
        }
    }

    public void MakeRoom() => File.Delete(Ballast);

    public async ValueTask DisposeAsync()
    {
        await ServerProcess.Run("umount", [Folder], Wait.Patience);
        Directory.Delete(Folder);
    }

    private Task<string> Remount(string option) => ServerProcess.Run("mount", ["-o", $"remount,{option}", Folder], Wait.Patience);
}
