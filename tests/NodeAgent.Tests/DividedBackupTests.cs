using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Skale.Contracts;
using Skale.NodeAgent.Domain;
using Skale.Servers;

namespace Skale.NodeAgent.Tests;

/// <summary>Archives of data in several volumes: one manifest, every content verified, restored into whatever volumes there are.</summary>
public sealed class DividedBackupTests : IDisposable
{
    private readonly string folder = Repository.NewFolder("divided");

    private string Archive => Path.Combine(folder, "alpha.backup");

    public DividedBackupTests()
    {
        Directory.CreateDirectory(Of("source", "main", "state"));
        // As the engine makes it, to mount the part there; what a sidecar without the part has put there is nobody else's.
        Directory.CreateDirectory(Of("source", "main", "db"));
        Directory.CreateDirectory(Of("source", "db", "tables"));
        File.WriteAllText(Of("source", "main", "state", "blocks"), "1,2,3");
        File.WriteAllText(Of("source", "db", "tables", "accounts"), "a,b");
        File.CreateSymbolicLink(Of("source", "db", "current"), "tables");
        File.SetUnixFileMode(Of("source", "db"), (UnixFileMode)0b001_111_111_111);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task each_volume_comes_back_as_it_was_with_what_is_hidden_under_parts()
    {
        await File.WriteAllTextAsync(Of("source", "main", "db", "hidden"), "of a sidecar");
        await BackUp("db");
        Assert.Equal(["content.db.tar.gz", "content.tar.gz", "manifest.json"], (await HostTool.Run("tar", ["tf", Archive])).Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
        await Restore("db");
        Assert.Equal(await Listing("source", "main"), await Listing("target", "main"));
        Assert.Equal(await Listing("source", "db"), await Listing("target", "db"));
    }

    [Fact]
    public async Task a_part_that_is_none_any_more_becomes_a_folder()
    {
        await BackUp("db");
        await Restore();
        await HostTool.Run("cp", ["-aT", Of("source", "db"), Of("source", "main", "db")]);
        Assert.Equal(await Listing("source", "main"), await Listing("target", "main"));
    }

    [Fact]
    public async Task a_folder_that_is_a_part_now_goes_there_and_the_part_stays_for_all()
    {
        await HostTool.Run("cp", ["-aT", Of("source", "db"), Of("source", "main", "db")]);
        await HostTool.Run("chmod", ["700", Of("source", "main", "db")]);
        await BackUp();
        await Restore("db");
        Directory.Delete(Of("source", "main", "db"), recursive: true);
        Assert.Equal(await Listing("source", "main"), await Listing("target", "main"));
        Assert.Equal(await Listing("source", "db"), await Listing("target", "db"));
    }

    [Fact]
    public async Task what_a_part_hides_is_not_mixed_with_it()
    {
        await File.WriteAllTextAsync(Of("source", "main", "db", "hidden"), "of a sidecar");
        await BackUp("db");
        Assert.Contains("'db' is a part of the data in it", (await Assert.ThrowsAsync<RepairRefusedException>(() => Restore())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task damage_is_found_in_every_part_before_anything_is_unpacked()
    {
        await File.WriteAllBytesAsync(Of("source", "main", "noise"), RandomNumberGenerator.GetBytes(5000));
        await File.WriteAllBytesAsync(Of("source", "db", "noise"), RandomNumberGenerator.GetBytes(5000));
        await BackUp("db");
        var good = await File.ReadAllBytesAsync(Archive);
        foreach (var part in (string?[])[null, "db"])
        {
            var entry = BackupManifest.EntryOf(part);
            var at = Encoding.ASCII.GetString(good).LastIndexOf(entry, StringComparison.Ordinal) + 512;
            for (var damage = at + 50; damage < at + 5000; damage += 500)
            {
                var bad = good.ToArray();
                bad[damage] ^= 0x55;
                await File.WriteAllBytesAsync(Archive, bad);
                Assert.Contains($"is damaged: its {entry} has SHA-256", (await Assert.ThrowsAsync<RepairRefusedException>(Verify)).Message, StringComparison.Ordinal);
                await File.WriteAllBytesAsync(Archive, good[..damage]);
                await Assert.ThrowsAsync<RepairRefusedException>(Verify);
            }
        }

        async Task Verify()
        {
            using var reader = new BackupReader(Archive);
            await reader.Verify(await reader.Manifest());
        }
    }

    [Fact]
    public async Task a_divided_backup_s_manifest_adds_up_or_is_refused()
    {
        var manifest = await BackUp("db");
        Assert.Equal((2, manifest.Contents!.Sum(c => c.Files), manifest.Contents!.Sum(c => c.Bytes)), (manifest.Format, manifest.Data.Files, manifest.Data.Bytes));
        Assert.Equal(manifest.Data.Sha256, (await HostTool.Run("sh", ["-c", "cd \"$1\" && tar xf alpha.backup && sha256sum content.tar.gz content.db.tar.gz | sha256sum", "sh", folder]))[..64]);
        Assert.Equal(manifest.ToJson(), BackupManifest.Parse(manifest.ToJson(), "f").ToJson());
        Assert.Contains("another format", Fault(m => m["format"] = 3), StringComparison.Ordinal);
        Assert.Contains("contradicts itself: format 1", Fault(m => m["format"] = 1), StringComparison.Ordinal);
        Assert.Contains("contradicts itself: format 2", Fault(m => m["contents"] = null), StringComparison.Ordinal);
        Assert.Contains("contradicts itself: format 2", Fault(m => m["contents"]!.AsArray().RemoveAt(1)), StringComparison.Ordinal);
        Assert.Contains("contradicts itself: format 2", Fault(m => m["contents"]!.AsArray().Add(null)), StringComparison.Ordinal);
        Assert.Contains("'../x' cannot name", Fault(m => m["contents"]![1]!["part"] = "../x"), StringComparison.Ordinal);
        Assert.Contains("2 times", Fault(m => m["contents"]!.AsArray().Add(m["contents"]![1]!.DeepClone())), StringComparison.Ordinal);
        Assert.Contains("do not add up", Fault(m => m["contents"]![1]!["bytes"] = 1), StringComparison.Ordinal);
        Assert.Contains("do not add up", Fault(m => m["contents"]![1]!["files"] = long.MaxValue), StringComparison.Ordinal);
        Assert.Contains("SHA-256 is not that of its contents", Fault(m => m["contents"]![1]!["sha256"] = "ab"), StringComparison.Ordinal);

        string Fault(Action<JsonNode> change)
        {
            var json = JsonNode.Parse(manifest.ToJson())!;
            change(json);
            return Assert.Throws<RepairRefusedException>(() => BackupManifest.Parse(JsonSerializer.SerializeToUtf8Bytes(json), "f")).Message;
        }
    }

    [Fact]
    public void backups_of_before_and_of_undivided_data_are_of_one_form()
    {
        const string Before = """{"format":1,"network":"test","chain":"alpha","chainHash":"0x1","evmChainId":5,"data":{"node":8,"generation":3,"image":"i","files":5,"bytes":100,"sha256":"ab","at":"2026-01-01T00:00:00+00:00"}}""";
        var manifest = BackupManifest.Parse(Encoding.UTF8.GetBytes(Before), "f");
        Assert.Equal([new BackupContent(null, 5, 100, "ab")], manifest.AllContents());
        var now = BackupManifest.Of(Some.Place with { Node = new NodeId(8) }, Some.Subnode("alpha", 3) with { ChainHash = "0x1", EvmChainId = 5, Image = "i" }, manifest.AllContents(), Some.Time);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Before), JsonNode.Parse(now.ToJson())));
    }

    private async Task<BackupManifest> BackUp(params string[] parts)
    {
        using var writer = new BackupWriter(Archive);
        await writer.Pack(null, Of("source", "main"));
        foreach (var part in parts)
        {
            await writer.Pack(part, Of("source", part));
        }

        var manifest = BackupManifest.Of(Some.Place, Some.Subnode("alpha", 1), writer.Contents, Some.Time);
        await writer.Finish(manifest);
        return manifest;
    }

    private async Task Restore(params string[] parts)
    {
        Directory.CreateDirectory(Of("target", "main"));
        Array.ForEach(parts, part => Directory.CreateDirectory(Of("target", part)));
        Array.ForEach(parts, part => File.SetUnixFileMode(Of("target", part), (UnixFileMode)0b001_111_111_111));
        using var reader = new BackupReader(Archive);
        var manifest = await reader.Manifest();
        await reader.Verify(manifest);
        await reader.Unpack(manifest, [(null, Of("target", "main")), .. parts.Select(p => ((string?)p, Of("target", p)))]);
    }

    private string Of(params string[] path) => Path.Combine([folder, .. path]);

    private async Task<string> Listing(params string[] of) =>
        await HostTool.Run("sh", ["-c", "cd \"$1\" && find . -printf '%p %y %m %U:%G %l\\n' | sort && find . -type f -exec sha256sum {} + | sort", "sh", Of(of)]);
}
