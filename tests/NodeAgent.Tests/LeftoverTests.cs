using Skale.Contracts;
using Skale.Servers;

namespace Skale.NodeAgent.Tests;

/// <summary>What earlier work left on the machine besides the engine goes; what is not ours stays, however alike it looks.</summary>
public sealed class LeftoverTests : IAsyncLifetime
{
    private readonly string foreign = Repository.NewFolder("foreign");
    private EngineNode node = null!;

    private static string Devices => "/sys/class/net";

    public async ValueTask InitializeAsync() => node = await EngineNode.Open();

    public async ValueTask DisposeAsync()
    {
        await node.DisposeAsync();
        foreach (var (device, _) in LoopDevices.Backed().Where(l => l.File.StartsWith(foreign, StringComparison.Ordinal)))
        {
            await HostTool.Run("losetup", ["--detach", device]);
        }

        Directory.Delete(foreign, recursive: true);
    }

    [Fact]
    public async Task files_loop_devices_and_traffic_rules_without_a_chain_go_and_nothing_elses()
    {
        var volumes = new DataVolumes(node.Volumes, node.Place);
        if (await volumes.Fault() is { } disk)
        {
            Assert.Skip($"disk: {disk}");
        }

        // Ours: a whole volume, a file that was never finished, a rule whose network is gone. Not ours: the same name in another folder and a device with another alias.
        await volumes.Provide(node.NameOf("gone"), DataVolumes.LeastBytes);
        var folder = Path.GetDirectoryName(Directory.GetFiles(node.Volumes, "*.img", SearchOption.AllDirectories).Single())!;
        await File.WriteAllTextAsync(Path.Combine(folder, $"{node.NameOf("torn")}.img.new"), "");
        await File.WriteAllTextAsync(Path.Combine(folder, "notes.txt"), "somebody's");
        var theirs = Path.Combine(foreign, $"{node.NameOf("gone")}.img");
        await File.WriteAllBytesAsync(theirs, new byte[1 << 20]);
        var theirLoop = (await HostTool.Run("losetup", ["--find", "--show", theirs])).Trim();
        var (our, their) = ($"skb-{Guid.NewGuid():N}"[..15], $"skb-{Guid.NewGuid():N}"[..15]);
        try
        {
            await HostTool.Run("ip", ["link", "add", our, "type", "ifb"]);
            await HostTool.Run("ip", ["link", "set", "dev", our, "alias", $"{EngineNode.Network}/{node.Id}/{node.NameOf("gone")}"]);
            await HostTool.Run("ip", ["link", "add", their, "type", "ifb"]);
            await HostTool.Run("ip", ["link", "set", "dev", their, "alias", $"{EngineNode.Network}/{node.Id}1/{node.NameOf("gone")}"]);

            await using var agent = await node.Agent(("NodeAgent:VerifyEvery", "00:00:01"));
            await agent.Report<NodeEnrolled>("at start");
            await agent.Order(node.Assign(1));
            await Wait.Until("our leftovers are gone", () => volumes.All().Count == 0 && !Directory.Exists($"{Devices}/{our}"), Wait.Patience);

            Assert.True(Directory.Exists($"{Devices}/{their}"));
            Assert.Contains((theirLoop, theirs), LoopDevices.Backed());
            Assert.Equal(["notes.txt"], Directory.GetFiles(folder).Select(Path.GetFileName));
        }
        finally
        {
            await HostTool.Try(() => HostTool.Run("ip", ["link", "del", their]));
            await HostTool.Try(() => HostTool.Run("ip", ["link", "del", our]));
        }
    }
}
