using System.Formats.Tar;
using System.IO.Compression;
using System.Net.Sockets;
using System.Security.Cryptography;
using Skale.Contracts;
using Skale.Servers;

namespace Skale.NodeAgent.Tests;

/// <summary>Archives as they are, and as somebody who wants to write elsewhere would make them. The tests are root, as the agent is.</summary>
public sealed class BackupArchiveTests : IDisposable
{
    private readonly string folder = Repository.NewFolder("backup");

    private string Source => Path.Combine(folder, "source");

    private string Target => Path.Combine(folder, "target");

    private string Archive => Path.Combine(folder, "alpha.backup");

    public BackupArchiveTests()
    {
        Directory.CreateDirectory(Source);
        Directory.CreateDirectory(Target);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task what_is_unpacked_is_what_was_packed_with_its_owners_and_modes()
    {
        Directory.CreateDirectory(Path.Combine(Source, "state", "empty"));
        await File.WriteAllTextAsync(Path.Combine(Source, "state", "blocks"), "1,2,3");
        await File.WriteAllTextAsync(Path.Combine(Source, "nothing"), "");
        File.CreateSymbolicLink(Path.Combine(Source, "current"), "state/blocks");
        File.CreateSymbolicLink(Path.Combine(Source, "host"), "/etc/hostname");
        File.SetUnixFileMode(Path.Combine(Source, "state", "blocks"), UnixFileMode.UserRead | UnixFileMode.SetUser);
        await HostTool.Run("chown", ["-R", "65532:65531", Path.Combine(Source, "state")]);
        using var listening = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listening.Bind(new UnixDomainSocketEndPoint(Path.Combine(Source, "ipc")));
        await HostTool.Run("mkfifo", [Path.Combine(Source, "pipe")]);

        await Restore(await BackUp());

        File.Delete(Path.Combine(Source, "ipc"));
        File.Delete(Path.Combine(Source, "pipe"));
        File.SetUnixFileMode(Path.Combine(Source, "state", "blocks"), UnixFileMode.UserRead);
        Assert.Equal(await Listing(Source), await Listing(Target));
        Assert.Equal("1,2,3", await File.ReadAllTextAsync(Path.Combine(Target, "current")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Archive));
        Assert.Equal([Archive, Source, Target], Directory.EnumerateFileSystemEntries(folder).Order());
    }

    public static TheoryData<string, string> Attacks => new()
    {
        { "a file above the volume", "leads out of the volume" },
        { "a file by its whole path", "leads out of the volume" },
        { "a file through a link of the archive", "is in no folder of the archive" },
        { "a link through a link of the archive", "is in no folder of the archive" },
        { "a link in the place of a folder", "is there twice" },
        { "a file twice", "is there twice" },
        { "a hard link", "is a HardLink" },
        { "a device", "is a BlockDevice" },
        { "a pipe", "is a Fifo" },
        { "more than it says", "more than the" },
        { "less than it says", "names" },
    };

    [Theory]
    [MemberData(nameof(Attacks))]
    public async Task an_archive_that_would_write_elsewhere_is_refused(string attack, string reason)
    {
        var outside = Path.Combine(folder, "outside");
        Directory.CreateDirectory(outside);
        await File.WriteAllTextAsync(Path.Combine(outside, "secret"), "kept");
        var file = (string name) => new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream("planted"u8.ToArray()) };
        var link = (string name, string target) => new PaxTarEntry(TarEntryType.SymbolicLink, name) { LinkName = target };
        PaxTarEntry[] entries = attack switch
        {
            "a file above the volume" => [file("../outside/planted")],
            "a file by its whole path" => [file($"{outside}/planted")],
            "a file through a link of the archive" => [link("d", outside), file("d/planted")],
            "a link through a link of the archive" => [link("d", outside), link("d/planted", "/")],
            "a link in the place of a folder" => [new PaxTarEntry(TarEntryType.Directory, "d"), link("d", outside), file("d/planted")],
            "a file twice" => [file("a"), file("a")],
            "a hard link" => [new PaxTarEntry(TarEntryType.HardLink, "a") { LinkName = $"{outside}/secret" }],
            "a device" => [new PaxTarEntry(TarEntryType.BlockDevice, "a") { DeviceMajor = 254, DeviceMinor = 0 }],
            "a pipe" => [new PaxTarEntry(TarEntryType.Fifo, "a")],
            _ => [file("a"), file("b")],
        };
        var manifest = Make(entries, attack switch { "more than it says" => -1, "less than it says" => 1, _ => 0 });

        var refused = await Assert.ThrowsAsync<RepairRefusedException>(() => Restore(manifest));

        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        Assert.Equal(["secret"], Directory.EnumerateFileSystemEntries(outside).Select(Path.GetFileName));
        Assert.Equal("kept", await File.ReadAllTextAsync(Path.Combine(outside, "secret")));
    }

    [Fact]
    public async Task a_damaged_archive_is_refused_wherever_the_damage_is()
    {
        await File.WriteAllBytesAsync(Path.Combine(Source, "blocks"), RandomNumberGenerator.GetBytes(10_000));
        await BackUp();
        var good = await File.ReadAllBytesAsync(Archive);
        foreach (var damage in Enumerable.Range(0, 60).Select(i => (int)((long)i * (good.Length - 1024) / 60)))
        {
            var bad = good.ToArray();
            bad[damage] ^= 0x55;
            await File.WriteAllBytesAsync(Archive, bad);
            await RefusedOrWhole(damage);
            await File.WriteAllBytesAsync(Archive, good[..damage]);
            await RefusedOrWhole(damage);
        }
    }

    [Fact]
    public async Task a_backup_of_another_chain_is_named_and_refused()
    {
        var manifest = await BackUp();
        manifest.RequireOf(Some.Place, Some.Subnode("alpha", 1), "f");
        Assert.Contains("backup of chain 'alpha', and this is chain 'beta'", Fault(Some.Place, Some.Subnode("beta", 1)), StringComparison.Ordinal);
        Assert.Contains("backup of chain hash", Fault(Some.Place, Some.Subnode("alpha", 1) with { ChainHash = "0x1" }), StringComparison.Ordinal);
        Assert.Contains("backup of network 'test', and this is network 'main'", Fault(Some.Place with { Network = "main" }, Some.Subnode("alpha", 1)), StringComparison.Ordinal);

        string Fault(Domain.Place place, Subnode subnode) => Assert.Throws<RepairRefusedException>(() => manifest.RequireOf(place, subnode, "f")).Message;
    }

    /// <summary>Padding and times of the outer archive are not covered by a digest; what is restored is.</summary>
    private async Task RefusedOrWhole(int damage)
    {
        try
        {
            await ReadAndRestore();
        }
        catch (RepairRefusedException)
        {
            return;
        }

        Assert.True(await Listing(Source) == await Listing(Target), $"Byte {damage} was changed or the last, and other data restored.");
    }

    private async Task<BackupManifest> BackUp()
    {
        using var writer = new BackupWriter(Archive);
        await writer.Pack(null, Source);
        var manifest = BackupManifest.Of(Some.Place, Some.Subnode("alpha", 1), writer.Contents, Some.Time);
        await writer.Finish(manifest);
        return manifest;
    }

    private async Task Restore(BackupManifest expected)
    {
        using var reader = new BackupReader(Archive);
        var manifest = await reader.Manifest();
        Assert.Equal(expected, manifest);
        await reader.Verify(manifest);
        await reader.Unpack(manifest, [(null, Target)]);
    }

    private async Task ReadAndRestore()
    {
        Directory.Delete(Target, recursive: true);
        Directory.CreateDirectory(Target);
        using var reader = new BackupReader(Archive);
        var manifest = await reader.Manifest();
        await reader.Verify(manifest);
        await reader.Unpack(manifest, [(null, Target)]);
    }

    /// <summary>An archive that is whole, and holds what its maker wants.</summary>
    private BackupManifest Make(PaxTarEntry[] entries, int lie)
    {
        var content = new MemoryStream();
        using (var zip = new GZipStream(content, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(zip))
        {
            Array.ForEach(entries, tar.WriteEntry);
        }

        var manifest = BackupManifest.Of(
            Some.Place, Some.Subnode("alpha", 1), [new(null, entries.Length + lie, entries.Sum(e => e.Length), Convert.ToHexStringLower(SHA256.HashData(content.ToArray())))], Some.Time);
        using var outer = new TarWriter(File.Create(Archive));
        outer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, BackupManifest.Entry) { DataStream = new MemoryStream(manifest.ToJson()) });
        content.Position = 0;
        outer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, BackupManifest.EntryOf(null)) { DataStream = content });
        return manifest;
    }

    /// <summary>Types, modes, owners, sizes, targets and digests.</summary>
    private static async Task<string> Listing(string of) =>
        await HostTool.Run("sh", ["-c", "cd \"$1\" && find . -printf '%p %y %m %U:%G %l\\n' | sort && find . -type f -exec sha256sum {} + | sort", "sh", of]);
}
