using Skale.Contracts;
using Skale.Servers;

namespace Skale.NodeAgent.Tests;

/// <summary>An engine that is killed at the one moment of a start after which it knows nothing of the process it made.</summary>
public sealed class OrphanedTaskTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task what_it_left_ends_and_holds_no_volume(bool theChainGoesMeanwhile)
    {
        await using var engine = await OwnEngine.Start(holdsStarts: true);
        await using var node = await EngineNode.Open(engine.Endpoint);
        await using var agent = await Agent(node);
        var orphan = await KillInTheMidstOfAStart(engine, node, agent);
        if (theChainGoesMeanwhile)
        {
            await agent.Order(node.Remove("alpha", 2));
        }

        await engine.Restart();
        if (!theChainGoesMeanwhile)
        {
            var started = await agent.Report<SubnodeStarted>("alpha, made anew");
            Assert.NotEqual(orphan, started.ContainerId);
            Assert.Equal([started.ContainerId], OrphanedTask.Holding(Assert.Single(DevicesOf(node))));
            await agent.Order(node.Remove("alpha", 2));
        }

        await IsGone(node, agent);
    }

    /// <summary>An agent that was killed behind the removal of the container finds what is left by the device of the volume.</summary>
    [Fact]
    public async Task what_is_left_of_a_container_that_is_gone_already_is_found_by_its_volume()
    {
        await using var engine = await OwnEngine.Start(holdsStarts: true);
        await using var node = await EngineNode.Open(engine.Endpoint);
        string orphan;
        await using (var agent = await Agent(node))
        {
            orphan = await KillInTheMidstOfAStart(engine, node, agent);
        }

        await engine.Restart();
        await node.Engine.Containers.Remove(orphan, force: true);
        Assert.Contains(orphan, OrphanedTask.Holding(Assert.Single(DevicesOf(node))));
        await using var next = await Agent(node);
        await next.Order(node.Remove("alpha", 2));
        await IsGone(node, next);
    }

    /// <summary>As the kernel tells them: a container's own mount of a volume, and the engine's, which containers see while they are made, or when they were given the machine's files.</summary>
    [Theory]
    [InlineData("/data", true)]
    [InlineData("/var/lib/docker/volumes/skale-main-7-alpha/_data", false)]
    [InlineData("/host/var/lib/docker/volumes/skale-main-7-alpha/_data", false)]
    public void whoever_sees_the_machines_mounts_holds_no_volume(string path, bool holds)
    {
        var mounts = $"700 650 0:52 / / rw,relatime - overlay overlay rw\n731 700 7:3 / {path} rw,relatime - ext4 /dev/loop3 rw\n";
        Assert.Equal(holds, OrphanedTask.IsMounted("7:3", mounts));
        Assert.False(OrphanedTask.IsMounted("7:30", mounts));
    }

    /// <summary>Returns the id of the container whose process waits for its beginning, with its volume mounted.</summary>
    private static async Task<string> KillInTheMidstOfAStart(OwnEngine engine, EngineNode node, AgentProcess agent)
    {
        const long DiskBytes = 16 << 20;
        var subnode = node.Subnode("alpha", 1);
        engine.Hold(true);
        await agent.Order(node.Start(subnode with { Limits = subnode.Limits with { DiskBytes = DiskBytes } }));
        await Wait.Until("alpha's process to wait for its beginning", () => engine.Held.Count > 0, Wait.Patience);
        var orphan = engine.Held[0];
        await Wait.Until("it to hold its volume", () => OrphanedTask.Holding(Assert.Single(DevicesOf(node))).Contains(orphan), Wait.Patience);
        await engine.Kill();
        engine.Hold(false);
        return orphan;
    }

    private static async Task IsGone(EngineNode node, AgentProcess agent)
    {
        await agent.Report<SubnodeRemoved>("alpha");
        await Wait.Until("the volume to be held by nobody", () => DevicesOf(node).Count == 0, Wait.Patience);
        Assert.Equal((0, 0, 0), await node.Count());
    }

    private static Task<AgentProcess> Agent(EngineNode node) => node.Agent(("NodeAgent:SubnetPool", OwnEngine.SubnetPool), ("NodeAgent:VerifyEvery", "00:00:01"));

    /// <summary>Numbers of the loop devices of the node's volumes.</summary>
    private static List<string> DevicesOf(EngineNode node) => [.. LoopDevices.Backed().Where(l => l.File.StartsWith(node.Volumes, StringComparison.Ordinal)).Select(l => KernelFile.Read($"/sys/block/{Path.GetFileName(l.Device)}/dev")!)];
}
