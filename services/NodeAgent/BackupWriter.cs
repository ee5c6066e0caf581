using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;

namespace Skale.NodeAgent;

/// <summary>
/// Writes a folder into an archive: first its content, while the chain stands still, then the archive around it, while the chain runs again. Files, folders and symbolic links with their owners and
/// modes; sockets, pipes and devices are not data. Links are kept as they are and never followed.
/// </summary>
internal sealed class BackupWriter(string file) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private readonly string content = file + ".content.part";
    private readonly string whole = file + ".part";

    /// <summary>Packs the folder. Nothing may write to it meanwhile.</summary>
    public async Task<(long Files, long Bytes, string Sha256)> Pack(string folder)
    {
        var special = (await HostTool.Run("find", [folder, "-xdev", "!", "(", "-type", "f", "-o", "-type", "d", "-o", "-type", "l", ")", "-print0"], atMost: Patience))
            .Split('\0', StringSplitOptions.RemoveEmptyEntries).ToHashSet();
        var (files, bytes) = (0L, 0L);
        using var digest = SHA256.Create();
        await using (var stream = Make(content))
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

        return (files, bytes, Convert.ToHexStringLower(digest.Hash!));
    }

    /// <summary>Puts manifest and content together under the archive's name, all at once.</summary>
    public async Task Finish(BackupManifest manifest)
    {
        await using (var stream = Make(whole))
        {
            await using (var tar = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true))
            {
                await Write(BackupManifest.Entry, new MemoryStream(manifest.ToJson()));
                await Write(BackupManifest.ContentEntry, File.OpenRead(content));

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
        File.Delete(content);
        File.Delete(whole);
    }

    /// <summary>Chains' data is nobody's business but the operator's.</summary>
    private static FileStream Make(string path) => new(path, new FileStreamOptions
    {
        Mode = FileMode.Create,
        Access = FileAccess.Write,
        UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
    });
}
