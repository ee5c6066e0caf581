using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent;

/// <summary>Reads an archive: who it is of, whether it is whole, and its contents into folders.</summary>
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
    public Task Verify(BackupManifest manifest) => Each(manifest, async (content, data) =>
    {
        var found = Convert.ToHexStringLower(await SHA256.HashDataAsync(data));
        if (found != content.Sha256)
        {
            throw new RepairRefusedException(
                Refusal.Conflict, $"{file} is damaged: its {BackupManifest.EntryOf(content.Part)} has SHA-256 {found}, and {content.Sha256} was written. Nothing was changed; take another copy.");
        }
    });

    /// <summary>Unpacks the contents into empty folders that nobody else uses.</summary>
    /// <param name="folders">Of what is in no part, and of each part that there is now.</param>
    /// <exception cref="RepairRefusedException">It holds what no backup holds; the folders are half full.</exception>
    public async Task Unpack(BackupManifest manifest, IReadOnlyList<(string? Part, string Folder)> folders)
    {
        var unpacking = new Unpacking(folders, manifest.AllContents());
        await Each(manifest, async (content, data) =>
        {
            await using var zip = new GZipStream(data, CompressionMode.Decompress, leaveOpen: true);
            await using var entries = new TarReader(zip);
            unpacking.Begin(content);
            while (await entries.GetNextEntryAsync() is { } entry)
            {
                await unpacking.Take(entry);
            }

            unpacking.End();
        });
        await Guard(() =>
        {
            unpacking.Link();
            return Task.CompletedTask;
        });
    }

    public void Dispose() => stream.Dispose();

    private TarReader Entries()
    {
        stream.Position = 0;
        return new TarReader(stream, leaveOpen: true);
    }

    /// <summary>In the order of the archive.</summary>
    private async Task Each(BackupManifest manifest, Func<BackupContent, Stream, Task> read)
    {
        using var tar = Entries();
        await Next(tar, BackupManifest.Entry);
        foreach (var content in manifest.AllContents())
        {
            var entry = await Next(tar, BackupManifest.EntryOf(content.Part));
            await Guard(() => read(content, entry.DataStream!));
        }
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
