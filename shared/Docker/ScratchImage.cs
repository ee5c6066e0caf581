using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text.Json;

namespace Skale.Docker;

/// <summary>
/// An image made of nothing but programs of this machine and their shared libraries, so that no registry is needed. Its folder holds <c>image.json</c>
/// (these members), a <c>Dockerfile</c> that copies <c>root/</c> to <c>/</c>, and whatever else that copies.
/// </summary>
/// <param name="Tag"><c>name:version</c>.</param>
/// <param name="Programs">Path in the image to name of the program in the tools folder.</param>
public sealed record ScratchImage(string Tag, IReadOnlyDictionary<string, string> Programs)
{
    private const string ContextLabel = "build.context.sha256";
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Executable = Readable | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private static readonly JsonSerializerOptions FromFile = new(JsonSerializerDefaults.Web);

    /// <exception cref="InvalidDataException">The folder's <c>image.json</c> is missing or does not say what it must.</exception>
    public static ScratchImage Read(string folder)
    {
        var path = Path.Combine(folder, "image.json");
        try
        {
            return JsonSerializer.Deserialize<ScratchImage>(File.ReadAllText(path), FromFile) is { Tag.Length: > 0, Programs.Count: > 0 } image
                ? image
                : throw new InvalidDataException($"{path} needs a tag and programs.");
        }
        catch (Exception e) when (e is JsonException or FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidDataException($"{path} does not describe an image: {e.Message}", e);
        }
    }

    /// <summary>Builds the image, or leaves it when the engine has it already from exactly these files. Returns its id.</summary>
    /// <param name="folder">Of the image.</param>
    /// <param name="tools">Folder of the programs.</param>
    /// <param name="tag">Instead of the image's own.</param>
    /// <exception cref="FileNotFoundException">A program is missing.</exception>
    public static async Task<string> Build(
        DockerEngine engine,
        string folder,
        string tools,
        string? tag = null,
        IProgress<ImageProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        var image = Read(folder);
        var name = tag ?? image.Tag;
        var files = await image.Files(folder, tools, cancellation);
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using (var hashing = new HashingStream(sha))
        {
            await WriteTar(files, hashing, cancellation);
        }

        var context = Convert.ToHexStringLower(sha.GetHashAndReset());
        if (await engine.Images.Find(name, cancellation) is { } known && known.Labels.GetValueOrDefault(ContextLabel) == context)
        {
            return known.Id;
        }

        await using var tar = new FileStream(Path.GetTempFileName(), FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
        await WriteTar(files, tar, cancellation);
        tar.Position = 0;
        return await engine.Images.Build(tar, name, new Dictionary<string, string> { [ContextLabel] = context }, progress, cancellation);
    }

    private async Task<SortedDictionary<string, SourceFile>> Files(string folder, string tools, CancellationToken cancellation)
    {
        var files = new SortedDictionary<string, SourceFile>(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFiles(folder))
        {
            files[Path.GetFileName(path)] = new(path, Readable);
        }

        foreach (var (inImage, program) in Programs)
        {
            var path = Path.Combine(tools, program);
            if (!File.Exists(path))
            {
                throw new FileNotFoundException($"{path} is missing, which image {Tag} is made of. Run scripts/setup.", path);
            }

            files[$"root{inImage}"] = new(path, Executable);
            foreach (var library in await SharedLibraries.Of(path, cancellation))
            {
                files[$"root{library}"] = new(library, Executable);
            }
        }

        return files;
    }

    private static async Task WriteTar(SortedDictionary<string, SourceFile> files, Stream target, CancellationToken cancellation)
    {
        await using var tar = new TarWriter(target, TarEntryFormat.Ustar, leaveOpen: true);
        foreach (var (name, file) in files)
        {
            await using var data = new FileStream(file.Path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, useAsync: false);
            await tar.WriteEntryAsync(
                new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = data, Mode = file.Mode, ModificationTime = DateTimeOffset.UnixEpoch },
                cancellation);
        }
    }

    private sealed record SourceFile(string Path, UnixFileMode Mode);
}
