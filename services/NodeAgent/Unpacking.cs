using System.Formats.Tar;
using System.Runtime.InteropServices;
using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent;

/// <summary>
/// Unpacks entries into the folders of volumes and nowhere else, whoever made the archive. Every name is checked part by part, and stands for something new in a folder that was unpacked before. Symbolic
/// links are made last: until then there are none that a write could follow. No hard links, devices or pipes; no set-user-id. Not more than the manifest says.
/// </summary>
/// <param name="folders">Of what is in no part, and of each part; empty, and used by nobody else.</param>
internal sealed class Unpacking(IReadOnlyList<(string? Part, string Folder)> folders, IReadOnlyList<BackupContent> contents)
{
    private const UnixFileMode Permissions =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute | UnixFileMode.StickyBit;

    private readonly Redivision division = new(contents.Select(c => c.Part), folders.Select(f => f.Part));
    private readonly List<(string Path, TarEntry Entry)> links = [];
    private BackupContent said = contents[0];
    private long files;
    private long bytes;

    /// <summary>What is taken from here on is of this content.</summary>
    public void Begin(BackupContent content) => (said, files, bytes) = (content, 0, 0);

    /// <exception cref="InvalidDataException">It is nothing that a backup holds.</exception>
    public async Task Take(TarEntry entry)
    {
        if (++files > said.Files || (bytes += Math.Max(0, entry.EntryType == TarEntryType.RegularFile ? entry.Length : 0)) > said.Bytes)
        {
            throw new InvalidDataException($"it holds more than the {said.Files} files and {said.Bytes} bytes that its manifest names");
        }

        var relative = Checked(entry.Name);
        var path = PathOf(relative);
        switch (entry.EntryType)
        {
            case TarEntryType.Directory when folders.Any(f => f.Folder == path):
                break;
            case TarEntryType.Directory when relative.Length == 0:
                Become(path);
                break;
            case TarEntryType.Directory:
                RequireNew(path, entry);
                Directory.CreateDirectory(path);
                break;
            case TarEntryType.RegularFile:
                RequireNew(path, entry);
                await Write(path, entry);
                break;
            case TarEntryType.SymbolicLink:
                RequireNew(path, entry);
                links.Add((path, entry));
                return;
            default:
                throw new InvalidDataException($"'{entry.Name}' is a {entry.EntryType}, which no backup holds");
        }

        Own(path, entry);
        // A folder that is a part now is for every user of the containers that have it, as each new part.
        if (relative.Length == 0 || folders.All(f => f.Folder != path))
        {
            File.SetUnixFileMode(path, entry.Mode & Permissions);
        }
    }

    /// <summary>The content is all taken.</summary>
    /// <exception cref="InvalidDataException">Something is missing.</exception>
    public void End()
    {
        if ((files, bytes) != (said.Files, said.Bytes))
        {
            throw new InvalidDataException($"it holds {files} files and {bytes} bytes, and its manifest names {said.Files} and {said.Bytes}");
        }
    }

    /// <summary>All contents are taken: the links.</summary>
    /// <exception cref="InvalidDataException">One is there twice.</exception>
    public void Link()
    {
        foreach (var (path, entry) in links)
        {
            RequireNew(path, entry);
            File.CreateSymbolicLink(path, entry.LinkName);
            Own(path, entry);
        }
    }

    /// <summary>A part that is none any more becomes the folder at which it was. What that hid from the chain is not mixed with it.</summary>
    private static void Become(string path)
    {
        if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any())
        {
            throw new InvalidDataException($"'{Path.GetFileName(path)}' is a part of the data in it, hides files of the same folder, and is no part here; divide the data as it was");
        }

        Directory.CreateDirectory(path);
    }

    private static async Task Write(string path, TarEntry entry)
    {
        await using (var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write))
        {
            if (entry.DataStream is { } data)
            {
                await data.CopyToAsync(file);
            }
        }

        File.SetLastWriteTimeUtc(path, entry.ModificationTime.UtcDateTime);
    }

    /// <returns>Empty for the volume itself.</returns>
    private static string Checked(string name)
    {
        var relative = name.EndsWith('/') ? name[..^1] : name;
        return relative == "." ? ""
            : relative.Split('/').Any(p => p is "" or "." or "..") || relative.Contains('\0', StringComparison.Ordinal) ? throw new InvalidDataException($"'{name}' leads out of the volume")
            : relative;
    }

    private string PathOf(string relative)
    {
        var (part, path) = division.Of(said.Part, relative);
        var folder = folders.First(f => f.Part == part).Folder;
        return path.Length == 0 ? folder : $"{folder}/{path}";
    }

    /// <summary>Within a folder that is one: of links there are none yet when this is asked first.</summary>
    private static void RequireNew(string path, TarEntry entry)
    {
        if (new DirectoryInfo(Path.GetDirectoryName(path)!) is not { Exists: true, LinkTarget: null })
        {
            throw new InvalidDataException($"'{entry.Name}' is in no folder of the archive");
        }

        if (Path.Exists(path) || new FileInfo(path).LinkTarget is not null)
        {
            throw new InvalidDataException($"'{entry.Name}' is there twice");
        }
    }

    private static void Own(string path, TarEntry entry)
    {
        if (lchown(path, (uint)entry.Uid, (uint)entry.Gid) != 0)
        {
            throw new IOException($"{path} cannot be given to user {entry.Uid} and group {entry.Gid}: error {Marshal.GetLastPInvokeError()}.");
        }
    }

#pragma warning disable SYSLIB1054, CA5392, IDE1006, CA2101 // One call of libc that .NET does not offer; the path goes as UTF-8.
    [DllImport("libc", SetLastError = true)]
    private static extern int lchown([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint owner, uint group);
#pragma warning restore SYSLIB1054, CA5392, IDE1006, CA2101
}
