using Skale.Contracts;
using Skale.Docker;
using Skale.Servers;

namespace Skale.NodeAgent.Tests;

/// <summary>Every limit of a slice on the machine's real engine and kernel. What this host cannot enforce is printed with the agent's reason.</summary>
public sealed class SliceOnEngineTests : IAsyncLifetime
{
    private const long DiskBytes = 64 << 20, IoBytes = 4 << 20, Io = 200, NetworkBits = 8_000_000;
    private const int OpenFiles = 2048;
    private EngineNode node = null!;

    public async ValueTask InitializeAsync() => node = await EngineNode.Open();

    public async ValueTask DisposeAsync() => await node.DisposeAsync();

    [Fact]
    public async Task every_limit_ordered_is_in_force_or_said_not_to_be()
    {
        await using var agent = await Agent();
        var started = await Started(agent);
        Assert.Equal(14, started.Readings!.Count);
        foreach (var reading in started.Readings)
        {
            var unenforced = started.Unenforced.FirstOrDefault(u => u.StartsWith($"{reading.Limit}: ", StringComparison.Ordinal));
            TestContext.Current.TestOutputHelper?.WriteLine($"{reading}{(unenforced is null ? "" : $" UNENFORCED {unenforced}")}");
            Assert.True(unenforced is not null || (reading.InForce is { } value && value <= reading.Ordered && reading.SeenIn is not null && (reading.Limit != "firewall" || value == reading.Ordered)), $"{reading}");
        }

        Assert.Equal((OpenFiles, DiskBytes, IoBytes), (Ordered(started, "open files"), Ordered(started, "disk"), Ordered(started, "disk bytes read")));
        Assert.Equal((Io, NetworkBits), (Ordered(started, "disk writes"), Ordered(started, "network out")));
    }

    [Fact]
    public async Task limits_changed_behind_the_engines_back_are_told_of_and_put_right_without_a_restart()
    {
        await using var agent = await Agent(("NodeAgent:VerifyEvery", "00:00:01"));
        var first = await Started(agent);
        if (first.Unenforced.FirstOrDefault(u => u.StartsWith("network out: ", StringComparison.Ordinal) || u.StartsWith("disk: ", StringComparison.Ordinal)) is { } reason)
        {
            Assert.Skip(reason);
        }

        var before = await node.Container("alpha");
        var bridge = $"br-{before.Networks.Values.Single().NetworkId[..12]}";
        await HostTool.Run("tc", ["qdisc", "del", "dev", bridge, "root"]);
        await agent.Report<SubnodeFailed>("the drift", r => r.Reason.Contains("network in ordered 8000000 bits per second, in force none (tc)", StringComparison.Ordinal));
        await agent.Report<SubnodeStarted>("alpha again", r => r.Report > first.Report);
        Assert.Equal(NetworkBits, BridgeTraffic.Read(before.Networks.Values.Single().NetworkId));

        // The engine itself cannot change this one; the agent writes it where it was changed.
        var group = KernelLimits.Of(before.State.Pid, before.Id)!;
        var device = group.DeviceAt("/data")!;
        await group.SetThrottle("blkio.throttle.write_bps_device", "wbps", device, 100 * IoBytes);
        var drift = await agent.Report<SubnodeFailed>("the second drift", r => r.Reason.Contains($"disk bytes written ordered {IoBytes} bytes per second, in force {100 * IoBytes}", StringComparison.Ordinal));
        await agent.Report<SubnodeStarted>("alpha again", r => r.Report > drift.Report);
        Assert.Equal(IoBytes, group.Throttle("blkio.throttle.write_bps_device", "wbps", device).Value);
        Assert.Equal(before.State.StartedAt, (await node.Container("alpha")).State.StartedAt);
    }

    [Fact]
    public async Task a_larger_order_grows_the_data_volume_in_use_or_says_why_not()
    {
        await using var agent = await Agent();
        var first = await Started(agent);
        if (first.Unenforced.FirstOrDefault(u => u.StartsWith("disk: ", StringComparison.Ordinal)) is { } reason)
        {
            Assert.Skip(reason);
        }

        var before = await node.Container("alpha");
        var larger = Subnode(2) with { FirstPort = before.Ports.Single().HostPort - Contracts.Subnode.HttpPortOffset };
        larger = larger with { Limits = larger.Limits with { DiskBytes = 2 * DiskBytes } };
        await agent.Order(node.Start(larger));
        var grown = await agent.Report<SubnodeStarted>("alpha with more", r => r.Generation == 2);
        var can = DataVolumes.CannotGrow is null;
        TestContext.Current.TestOutputHelper?.WriteLine(DataVolumes.CannotGrow ?? "grown");
        Assert.Equal(can ? 2 * DiskBytes : DiskBytes, grown.Readings!.Single(r => r.Limit == "disk").InForce);
        Assert.Equal(can, new DriveInfo(node.MountOf("alpha")).TotalSize > DiskBytes);
        Assert.Equal(!can, grown.Unenforced.Contains($"disk: {DataVolumes.CannotGrow}"));
        Assert.Equal(before.State.StartedAt, (await node.Container("alpha")).State.StartedAt);
    }

    [Fact]
    public async Task after_a_restart_of_the_machine_a_chain_finds_its_own_data_or_none()
    {
        await using var agent = await Agent();
        var first = await Started(agent);
        if (first.Unenforced.FirstOrDefault(u => u.StartsWith("disk: ", StringComparison.Ordinal)) is { } reason)
        {
            Assert.Skip(reason);
        }

        // What a restart leaves: no link, no loop device, a container that ended.
        await agent.DisposeAsync();
        await node.Engine.Containers.Stop(first.ContainerId, TimeSpan.FromSeconds(2));
        var file = Assert.Single(Directory.GetFiles(node.Volumes, "*.img", SearchOption.AllDirectories));
        await HostTool.Run("losetup", ["--detach", LoopDevices.Backed().Single(l => l.File == file).Device]);
        File.Delete(DataVolumes.DeviceOf(node.NameOf("alpha")));
        await Assert.ThrowsAsync<DockerException>(() => node.Engine.Containers.Start(first.ContainerId));

        await using var after = await Agent();
        var again = await after.Report<SubnodeStarted>("alpha", r => r.Report > first.Report);
        Assert.Equal(first.ContainerId, again.ContainerId);
        Assert.Equal(DiskBytes, again.Readings!.Single(r => r.Limit == "disk").InForce);
    }

    private static long Ordered(SubnodeStarted started, string limit) => started.Readings!.Single(r => r.Limit == limit).Ordered;

    private Subnode Subnode(long generation)
    {
        var subnode = node.Subnode("alpha", generation);
        return subnode with { Limits = subnode.Limits with { OpenFiles = OpenFiles, DiskBytes = DiskBytes, IoBytesPerSecond = IoBytes, IoPerSecond = Io, NetworkBitsPerSecond = NetworkBits } };
    }

    private Task<AgentProcess> Agent(params (string Name, string Value)[] options) => node.Agent([("NodeAgent:DiskBytes", $"{128 * DiskBytes}"), .. options]);

    private async Task<SubnodeStarted> Started(AgentProcess agent)
    {
        await agent.Order(node.Start(Subnode(1)));
        return await agent.Report<SubnodeStarted>("alpha");
    }
}
