using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;

namespace Skale.NodeAgent;

/// <summary>Reads an archive: who it is of, whether it is whole, and its content into a folder.</summary>
internal sealed class BackupReader : IDisposable
{
    private readonly string file;
    private readonly FileStream stream;

    /// <exception cref="RepairRefusedException">It cannot be read, or is no backup.</exception>
    public BackupReader(string file)
    {
        this.file = file;
        try
        {
            stream = File.OpenRead(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RepairRefusedException(e is FileNotFoundException or DirectoryNotFoundException ? Refusal.NotFound : Refusal.BadInput, e.Message, e);
        }
    }

    /// <summary>What the archive says of itself.</summary>
    public async Task<BackupManifest> Manifest()
    {
        using var tar = Entries();
        var entry = await Next(tar, BackupManifest.Entry);
        if (entry.Length is 0 or > BackupManifest.LongestManifest)
        {
            throw NoBackup($"its {BackupManifest.Entry} has {entry.Length} bytes");
        }

        var text = new byte[entry.Length];
        await Guard(() => entry.DataStream!.ReadExactlyAsync(text).AsTask());
        return BackupManifest.Parse(text, file);
    }

    /// <summary>Reads all of it, and compares it with what its manifest says.</summary>
    /// <exception cref="RepairRefusedException">It is damaged.</exception>
    public async Task Verify(BackupManifest manifest)
    {
        using var tar = Entries();
        var found = Convert.ToHexStringLower(await Guard(async () => await SHA256.HashDataAsync((await Content(tar)).DataStream!)));
        if (found != manifest.Data.Sha256)
        {
            throw new RepairRefusedException(Refusal.Conflict, $"{file} is damaged: its content has SHA-256 {found}, and {manifest.Data.Sha256} was written. Nothing was changed; take another copy.");
        }
    }

    /// <summary>Unpacks the content into an empty folder that nobody else uses.</summary>
    /// <exception cref="RepairRefusedException">It holds what no backup holds; the folder is half full.</exception>
    public async Task Unpack(BackupManifest manifest, string folder)
    {
        using var tar = Entries();
        await Guard(async () =>
        {
            await using var zip = new GZipStream((await Content(tar)).DataStream!, CompressionMode.Decompress);
            await using var content = new TarReader(zip);
            var unpacking = new Unpacking(folder, manifest.Data);
            while (await content.GetNextEntryAsync() is { } entry)
            {
                await unpacking.Take(entry);
            }

            unpacking.End();
            return true;
        });
    }

    public void Dispose() => stream.Dispose();

    private TarReader Entries()
    {
        stream.Position = 0;
        return new TarReader(stream, leaveOpen: true);
    }

    private async Task<TarEntry> Content(TarReader tar)
    {
        await Next(tar, BackupManifest.Entry);
        return await Next(tar, BackupManifest.ContentEntry);
    }

    private async Task<TarEntry> Next(TarReader tar, string name) =>
        await Guard(async () => await tar.GetNextEntryAsync()) is { EntryType: TarEntryType.RegularFile, DataStream: not null } entry && entry.Name == name
            ? entry
            : throw NoBackup($"{name} is not where it should be");

    private Task<bool> Guard(Func<Task> read) => Guard(async () =>
    {
        await read();
        return true;
    });

    /// <summary>The disk's errors are not the archive's: they stay what they are.</summary>
    private async Task<T> Guard<T>(Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException or OverflowException)
        {
            throw NoBackup(e.Message, e);
        }
    }

    private RepairRefusedException NoBackup(string reason, Exception? cause = null) => new(Refusal.BadInput, $"{file} is no backup, or a damaged one: {reason.TrimEnd('.')}. Nothing was changed.", cause);
}
