using System.Net;
using Skale.Contracts;
using Skale.Servers;

namespace Skale.NodeAgent.Tests;

/// <summary>Backups, restores and wipes on the machine's real engine, of volumes with a size and without.</summary>
public sealed class DataOnEngineTests : IAsyncLifetime
{
    private const long DiskBytes = 32 << 20;
    private NodeWithBackup place = null!;

    private EngineNode Node => place.Node;

    private string File => place.File;

    public async ValueTask InitializeAsync() => place = await NodeWithBackup.Open();

    public async ValueTask DisposeAsync() => await place.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task data_comes_back_from_a_backup_and_goes_when_it_is_wiped(bool sized)
    {
        await using var agent = await Node.Agent();
        using var op = Operator.Of(Node);
        var first = await Started(Node, agent, sized);
        await Mark(Node, "one");
        var owner = await HostTool.Run("stat", ["-c", "%u:%g %a", Node.MountOf("alpha"), Path.Combine(Node.MountOf("alpha"), ".owner")]);

        var backup = await op.BackUp("alpha", File);
        Assert.Equal((Node.Id, 1), (backup.Node, backup.Generation));
        Assert.Equal(first.ContainerId, (await Node.Container("alpha")).Id);
        Assert.True((await Node.Container("alpha")).State.Running);
        Assert.Equal(backup, (await agent.Report<BackupTaken>("alpha")).Backup);
        await Mark(Node, "two");

        await op.Restore("alpha", File, 1);
        var restored = await agent.Report<DataRestored>("alpha");
        var second = await agent.Report<SubnodeStarted>("alpha on restored data", r => r.Report > restored.Report);
        Assert.Equal("one", await Marker(Node));
        Assert.Equal(owner, await HostTool.Run("stat", ["-c", "%u:%g %a", Node.MountOf("alpha"), Path.Combine(Node.MountOf("alpha"), ".owner")]));
        await Wait.Until("what was replaced is gone", async () => await agent.Log(Node.Id, a => a.Replaced.IsEmpty) && Beside(sized) is [], Wait.Patience);

        var (code, reason) = await Operator.Refused(op.Wipe("alpha", 2));
        Assert.Equal(HttpStatusCode.Conflict, code);
        Assert.Contains("at generation 1", reason, StringComparison.Ordinal);
        Assert.Equal("one", await Marker(Node));

        await op.Wipe("alpha", 1);
        var wiped = await agent.Report<DataWiped>("alpha");
        await agent.Report<SubnodeStarted>("alpha on no data", r => r.Report > wiped.Report && r.ContainerId != second.ContainerId);
        Assert.Null(await Marker(Node));
        Assert.Equal((1, 1, 1), await Node.Count());
        Assert.Empty(agent.Reports.OfType<SubnodeFailed>());
    }

    [Fact]
    public async Task a_newcomer_is_seeded_from_a_peers_backup()
    {
        await using var newcomer = await EngineNode.Open();
        await using var agent = await Node.Agent();
        await using var peer = await newcomer.Agent();
        await Started(Node, agent, sized: true);
        await Mark(Node, "of the first");
        using (var op = Operator.Of(Node))
        {
            await op.BackUp("alpha", File);
        }

        var empty = await Started(newcomer, peer, sized: false);
        Assert.Null(await Marker(newcomer));
        using (var op = Operator.Of(newcomer))
        {
            Assert.Equal(Node.Id, (await op.Restore("alpha", File, 1)).Node);
        }

        var seeded = await peer.Report<SubnodeStarted>("alpha on its peer's data", r => r.ContainerId != empty.ContainerId);
        Assert.Equal("of the first", await Marker(newcomer));
        Assert.Equal(Some.Subnode("alpha", 1).EvmChainId, await newcomer.ChainIdAt(seeded.Endpoint));
    }

    [Fact]
    public async Task what_cannot_be_restored_is_refused_and_the_chain_runs_on()
    {
        await using var agent = await Node.Agent();
        using var op = Operator.Of(Node);
        var started = await Started(Node, agent, sized: true);
        var startedAt = (await Node.Container("alpha")).State.StartedAt;
        await Mark(Node, "kept");
        await agent.Order(Node.Start(Node.Subnode("beta", 2, slot: 1)));
        await agent.Report<SubnodeStarted>("beta", r => $"{r.Chain}" == "beta");
        await op.BackUp("beta", File);

        Assert.Equal(HttpStatusCode.Conflict, await Code(op.Restore("alpha", File, 1)));
        Assert.Equal(HttpStatusCode.Conflict, await Code(op.Restore("beta", File, 1)));
        Assert.Equal(HttpStatusCode.Conflict, await Code(op.BackUp("alpha", File)));
        Assert.Equal(HttpStatusCode.NotFound, await Code(op.Restore("alpha", File + ".none", 1)));
        Assert.Equal(HttpStatusCode.NotFound, await Code(op.Wipe("gamma", 1)));
        Assert.Equal(HttpStatusCode.BadRequest, await Code(op.BackUp("alpha", "here.backup")));
        var bytes = await System.IO.File.ReadAllBytesAsync(File);
        bytes[^2000] ^= 1;
        await System.IO.File.WriteAllBytesAsync(File, bytes);
        Assert.Equal(HttpStatusCode.Conflict, await Code(op.Restore("beta", File, 2)));

        Assert.Equal((started.ContainerId, startedAt), ((await Node.Container("alpha")).Id, (await Node.Container("alpha")).State.StartedAt));
        Assert.Equal("kept", await Marker(Node));
        Assert.Empty(Beside(sized: true));

        static async Task<HttpStatusCode?> Code(Task order) => (await Operator.Refused(order)).Code;
    }

    [Fact]
    public async Task the_socket_is_the_operators_alone()
    {
        await using var agent = await Node.Agent();
        var socket = OperatorSocket.PathOf(Node.Sockets, EngineNode.Network, Node.Id);
        await Wait.Until("the socket is there", () => System.IO.File.Exists(socket), Wait.Patience);
        Assert.Equal("600", (await HostTool.Run("stat", ["-c", "%a", socket])).Trim());
    }

    /// <summary>What is beside the chain's data.</summary>
    private string[] Beside(bool sized) => sized
        ? [.. Directory.EnumerateFiles(Node.Volumes, "*", SearchOption.AllDirectories).Where(f => !f.EndsWith(".img", StringComparison.Ordinal))]
        : [.. Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(Node.MountOf("alpha"))!, "_data.re*")];

    private static Task Mark(EngineNode of, string text) => System.IO.File.WriteAllTextAsync(Path.Combine(of.MountOf("alpha"), "marker"), text);

    private static async Task<string?> Marker(EngineNode of) =>
        Path.Combine(of.MountOf("alpha"), "marker") is var file && System.IO.File.Exists(file) ? await System.IO.File.ReadAllTextAsync(file) : null;

    private static Task<SubnodeStarted> Started(EngineNode of, AgentProcess agent, bool sized)
    {
        var subnode = of.Subnode("alpha", 1);
        return NodeWithBackup.Started(of, agent, subnode with { Limits = subnode.Limits with { DiskBytes = sized ? DiskBytes : null } });
    }
}
