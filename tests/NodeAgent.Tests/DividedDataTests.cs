using System.Net;
using Skale.Contracts;
using Skale.Servers;

namespace Skale.NodeAgent.Tests;

/// <summary>Backups, restores and wipes of data that is divided among a chain and its sidecar, on the machine's real engine.</summary>
public sealed class DividedDataTests : IAsyncLifetime
{
    private const long DiskBytes = 64 << 20;
    private NodeWithBackup place = null!;

    private EngineNode Node => place.Node;

    private string File => place.File;

    public async ValueTask InitializeAsync() => place = await NodeWithBackup.Open();

    public async ValueTask DisposeAsync() => await place.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task all_parts_come_back_from_a_backup_and_go_when_the_data_is_wiped(bool sized)
    {
        await using var agent = await Node.Agent();
        using var op = Operator.Of(Node);
        var started = await Started(Node, agent, sized ? DiskBytes : null, 500);
        var written = await Written();
        await Mark("one");

        var backup = await op.BackUp("alpha", File);
        Assert.Equal(backup, (await agent.Report<BackupTaken>("alpha")).Backup);
        Assert.Equal(await Ids(started), await Ids(started, running: true));
        await Mark("two");

        var (code, reason) = await Operator.Refused(op.Restore("alpha", File, 2));
        Assert.Equal((HttpStatusCode.Conflict, true), (code, reason.Contains("at generation 1", StringComparison.Ordinal)));
        await op.Wipe("alpha", 1);
        var wiped = await agent.Report<DataWiped>("alpha");
        var anew = await agent.Report<SubnodeStarted>("alpha on no data", r => r.Report > wiped.Report);
        Assert.NotEqual(written, await Written());
        Assert.False(System.IO.File.Exists(Path.Combine(Node.MountOf("alpha"), "marker")));

        await op.Restore("alpha", File, 1);
        var restored = await agent.Report<DataRestored>("alpha");
        Assert.Equal(backup, restored.Backup);
        await agent.Report<SubnodeStarted>("alpha on restored data", r => r.Report > restored.Report && r.ContainerId != anew.ContainerId);
        Assert.Equal(written, await Written());
        Assert.Equal(["one", "one"], await Task.WhenAll(Markers(Node).Select(m => System.IO.File.ReadAllTextAsync(m))));
        Assert.Equal("1777", (await HostTool.Run("stat", ["-c", "%a", Node.MountOf("alpha", "common")])).Trim());
        await Wait.Until("what was replaced is gone", async () => await agent.Log(Node.Id, a => a.Replaced.IsEmpty) && Beside(Node) is [], Wait.Patience);
        Assert.Equal((2, 1, 2), await Node.Count());
        Assert.Empty(agent.Reports.OfType<SubnodeFailed>());
    }

    [Fact]
    public async Task a_newcomer_that_is_divided_otherwise_is_seeded_where_it_fits_and_refused_with_the_figures_where_not()
    {
        await using var newcomer = await EngineNode.Open();
        await using var agent = await Node.Agent();
        await using var peer = await newcomer.Agent();
        await Started(Node, agent, DiskBytes, 500);
        var written = await Written();
        await Mark("one");
        using (var op = Operator.Of(Node))
        {
            await Fill(12 << 20);
            await op.BackUp("alpha", File);
            await Fill((8 << 20) - 16384);
            await op.BackUp("alpha", File + ".full");
        }

        var first = await Started(newcomer, peer, DiskBytes / 2, 250);
        using var seeding = Operator.Of(newcomer);
        var (code, reason) = await Operator.Refused(seeding.Restore("alpha", File, 1));
        Assert.Equal(HttpStatusCode.Conflict, code);
        Assert.Matches("its part 'common' has 1258[0-9]+ bytes, and the volume of that part 8388608", reason);
        (code, reason) = await Operator.Refused(seeding.Restore("alpha", File + ".full", 1));
        Assert.Equal(HttpStatusCode.Conflict, code);
        Assert.Matches("a disk was full before all of it was unpacked; it holds .* and the volumes have 25165824 bytes for what is in no part, 8388608 bytes for part 'common'", reason);
        Assert.Equal(await Ids(first, newcomer), await Ids(first, newcomer, running: true));
        Assert.Empty(Beside(newcomer));

        await peer.Order(newcomer.Start(await Subnode(newcomer, 2, DiskBytes / 2) with { Sidecars = null }));
        await peer.Report<SubnodeStarted>("alpha undivided", r => r.Generation == 2);
        await seeding.Restore("alpha", File, 2);
        var restored = await peer.Report<DataRestored>("alpha");
        await peer.Report<SubnodeStarted>("alpha on its peer's data", r => r.Report > restored.Report);
        var common = Path.Combine(newcomer.MountOf("alpha"), "common");
        Assert.Equal((written, 12L << 20, "one"), (
            await System.IO.File.ReadAllTextAsync(Path.Combine(common, "first")), new FileInfo(Path.Combine(common, "filling")).Length, await System.IO.File.ReadAllTextAsync(Path.Combine(common, "marker"))));
    }

    private async Task Fill(int bytes) => await System.IO.File.WriteAllBytesAsync(Path.Combine(Node.MountOf("alpha", "common"), "filling"), new byte[bytes]);

    private Task Mark(string text) => Task.WhenAll(Markers(Node).Select(m => System.IO.File.WriteAllTextAsync(m, text)));

    private static string[] Markers(EngineNode of) => [Path.Combine(of.MountOf("alpha"), "marker"), Path.Combine(of.MountOf("alpha", "common"), "marker")];

    /// <summary>What the sidecar has written to its part when it was empty: another word each time.</summary>
    private async Task<string> Written()
    {
        var file = Path.Combine(Node.MountOf("alpha", "common"), "first");
        await Wait.Until("the sidecar to write to its part", () => System.IO.File.Exists(file) && new FileInfo(file).Length > 0, Wait.Patience);
        return await System.IO.File.ReadAllTextAsync(file);
    }

    private Task<string> Ids(SubnodeStarted started, bool running = false) => Ids(started, Node, running);

    /// <summary>Of the containers as reported, or of those that run.</summary>
    private static async Task<string> Ids(SubnodeStarted started, EngineNode of, bool running = false)
    {
        string[] ids = [started.ContainerId, .. started.Sidecars!.Select(s => s.ContainerId)];
        var found = await Task.WhenAll(ids.Select(id => of.Engine.Containers.Find(id)));
        return string.Join(" ", running ? found.Where(f => f?.State.Running == true).Select(f => f!.Id) : ids);
    }

    /// <summary>What is beside the data.</summary>
    private static string[] Beside(EngineNode of) =>
    [
        .. Directory.EnumerateFiles(of.Volumes, "*.re*", SearchOption.AllDirectories),
        .. new[] { of.MountOf("alpha"), of.MountOf("alpha", "common") }.SelectMany(m => Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(m)!, "_data.re*")),
    ];

    private static async Task<Subnode> Subnode(EngineNode of, long generation, long? diskBytes)
    {
        const string Write = "[ -e /data/common/first ] || head -c 8 /dev/urandom | od -A n -t x1 > /data/common/first; trap exit TERM; sleep 1000000 & wait";
        var subnode = of.Subnode("alpha", generation);
        return subnode with { Limits = subnode.Limits with { DiskBytes = diskBytes }, Sidecars = [new("talk", await TestImages.Box(of.Engine), new(200, 200, 200, 100), ["sh", "-c", Write])] };
    }

    private static async Task<SubnodeStarted> Started(EngineNode of, AgentProcess agent, long? diskBytes, int perMille) =>
        await NodeWithBackup.Started(of, agent, await Subnode(of, 1, diskBytes) with { DataParts = [new("common", perMille, ["talk"])] });
}
