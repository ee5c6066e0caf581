using Skale.Contracts;
using Skale.Servers;

namespace Skale.NodeAgent.Tests;

/// <summary>An engine that is killed at the one moment of a start after which it knows nothing of the process it made.</summary>
public sealed class OrphanedTaskTests : IAsyncLifetime
{
    private const long DiskBytes = 16 << 20;
    private OwnEngine engine = null!;
    private EngineNode node = null!;

    public async ValueTask InitializeAsync()
    {
        engine = await OwnEngine.Start(holdsStarts: true);
        node = await EngineNode.Open(engine.Endpoint);
    }

    public async ValueTask DisposeAsync()
    {
        if (node is not null)
        {
            await node.DisposeAsync();
        }

        if (engine is not null)
        {
            await engine.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task what_it_left_ends_and_holds_no_volume(bool theChainGoesMeanwhile)
    {
        await using var agent = await node.Agent(("NodeAgent:SubnetPool", OwnEngine.SubnetPool), ("NodeAgent:VerifyEvery", "00:00:01"));
        var subnode = node.Subnode("alpha", 1);
        engine.Hold(true);
        await agent.Order(node.Start(subnode with { Limits = subnode.Limits with { DiskBytes = DiskBytes } }));
        await Wait.Until("alpha's process to wait for its beginning", () => engine.Held.Count > 0, Wait.Patience);
        var orphan = engine.Held[0];
        var device = Assert.Single(Devices());
        await Wait.Until("it to hold its volume", () => OrphanedTask.Holding(device).Contains(orphan), Wait.Patience);
        await engine.Kill();
        engine.Hold(false);
        if (theChainGoesMeanwhile)
        {
            await agent.Order(node.Remove("alpha", 2));
        }

        await engine.Restart();
        if (!theChainGoesMeanwhile)
        {
            var started = await agent.Report<SubnodeStarted>("alpha, made anew");
            Assert.NotEqual(orphan, started.ContainerId);
            Assert.Equal([started.ContainerId], OrphanedTask.Holding(device));
            await agent.Order(node.Remove("alpha", 2));
        }

        await agent.Report<SubnodeRemoved>("alpha");
        await Wait.Until("the volume to be held by nobody", () => Devices().Count == 0, Wait.Patience);
        Assert.Equal((0, 0, 0), await node.Count());
    }

    /// <summary>An agent that was killed behind the removal of the container finds what is left by the device of the volume.</summary>
    [Fact]
    public async Task what_is_left_of_a_container_that_is_gone_already_is_found_by_its_volume()
    {
        string orphan;
        await using (var agent = await node.Agent(("NodeAgent:SubnetPool", OwnEngine.SubnetPool)))
        {
            var subnode = node.Subnode("alpha", 1);
            engine.Hold(true);
            await agent.Order(node.Start(subnode with { Limits = subnode.Limits with { DiskBytes = DiskBytes } }));
            await Wait.Until("alpha's process to wait for its beginning", () => engine.Held.Count > 0, Wait.Patience);
            orphan = engine.Held[0];
            await engine.Kill();
            engine.Hold(false);
        }

        await engine.Restart();
        await node.Engine.Containers.Remove(orphan, force: true);
        Assert.Contains(orphan, OrphanedTask.Holding(Assert.Single(Devices())));
        await using var next = await node.Agent(("NodeAgent:SubnetPool", OwnEngine.SubnetPool), ("NodeAgent:VerifyEvery", "00:00:01"));
        await next.Order(node.Remove("alpha", 2));
        await next.Report<SubnodeRemoved>("alpha");
        await Wait.Until("the volume to be held by nobody", () => Devices().Count == 0, Wait.Patience);
    }

    /// <summary>Numbers of the loop devices of the node's volumes.</summary>
    private List<string> Devices() => [.. LoopDevices.Backed().Where(l => l.File.StartsWith(node.Volumes, StringComparison.Ordinal)).Select(l => KernelFile.Read($"/sys/block/{Path.GetFileName(l.Device)}/dev")!)];
}
