using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent;

/// <summary>
/// Writes folders into an archive: first their contents, while the chain stands still, then the archive around them, while the chain runs again. Files, folders and symbolic links with their owners and
/// modes; sockets, pipes and devices are not data. Links are kept as they are and never followed.
/// </summary>
internal sealed class BackupWriter(string file) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private readonly List<BackupContent> contents = [];
    private readonly string whole = file + ".part";

    /// <summary>What is packed, in the order of the archive.</summary>
    public IReadOnlyList<BackupContent> Contents => contents;

    /// <summary>Packs the folder. Nothing may write to it meanwhile.</summary>
    /// <param name="part">Of the data; null for what the parts leave, which comes first.</param>
    public async Task Pack(string? part, string folder)
    {
        contents.Add(new BackupContent(part, 0, 0, ""));
        var special = (await HostTool.Run("find", [folder, "-xdev", "!", "(", "-type", "f", "-o", "-type", "d", "-o", "-type", "l", ")", "-print0"], atMost: Patience))
            .Split('\0', StringSplitOptions.RemoveEmptyEntries).ToHashSet();
        var (files, bytes) = (0L, 0L);
        using var digest = SHA256.Create();
        await using (var stream = Make(PathOf(part)))
        {
            await using (var hashing = new CryptoStream(stream, digest, CryptoStreamMode.Write, leaveOpen: true))
            await using (var zip = new GZipStream(hashing, CompressionLevel.Fastest))
            await using (var tar = new TarWriter(zip, TarEntryFormat.Pax))
            {
                await Add(new DirectoryInfo(folder), ".");

                async Task Add(FileSystemInfo item, string name)
                {
                    files++;
                    bytes += item is FileInfo { LinkTarget: null } plain ? plain.Length : 0;
                    await tar.WriteEntryAsync(item.FullName, name);
                    if (item is DirectoryInfo { LinkTarget: null } within)
                    {
                        foreach (var inner in within.EnumerateFileSystemInfos().Where(i => !special.Contains(i.FullName)).OrderBy(i => i.Name, StringComparer.Ordinal))
                        {
                            await Add(inner, name == "." ? inner.Name : $"{name}/{inner.Name}");
                        }
                    }
                }
            }

            stream.Flush(flushToDisk: true);
        }

        contents[^1] = new BackupContent(part, files, bytes, Convert.ToHexStringLower(digest.Hash!));
    }

    /// <summary>Puts manifest and contents together under the archive's name, all at once.</summary>
    public async Task Finish(BackupManifest manifest)
    {
        await using (var stream = Make(whole))
        {
            await using (var tar = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true))
            {
                await Write(BackupManifest.Entry, new MemoryStream(manifest.ToJson()));
                foreach (var content in contents)
                {
                    await Write(BackupManifest.EntryOf(content.Part), File.OpenRead(PathOf(content.Part)));
                }

                async Task Write(string name, Stream data)
                {
                    await using (data)
                    {
                        await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = data, ModificationTime = manifest.Data.At });
                    }
                }
            }

            stream.Flush(flushToDisk: true);
        }

        File.Move(whole, file, overwrite: false);
    }

    public void Dispose()
    {
        contents.ForEach(content => File.Delete(PathOf(content.Part)));
        File.Delete(whole);
    }

    private string PathOf(string? part) => $"{file}.{BackupManifest.EntryOf(part)}.part";

    /// <summary>Chains' data is nobody's business but the operator's.</summary>
    private static FileStream Make(string path) => new(path, new FileStreamOptions
    {
        Mode = FileMode.Create,
        Access = FileAccess.Write,
        UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
    });
}
