using Skale.Contracts;
using Skale.Docker;
using Skale.Servers;

namespace Skale.NodeAgent.Tests;

/// <summary>One agent on the machine's real Docker Engine.</summary>
public sealed class ChainOnEngineTests : IAsyncLifetime
{
    private EngineNode node = null!;

    public async ValueTask InitializeAsync() => node = await EngineNode.Open();

    public async ValueTask DisposeAsync() => await node.DisposeAsync();

    [Fact]
    public async Task a_chain_comes_up_isolated_with_its_limits_and_answers_with_its_own_id()
    {
        await using var agent = await node.Agent();
        var enrolled = await agent.Report<NodeEnrolled>("at start");
        Assert.False(enrolled.Machine.Simulated);
        Assert.True(enrolled.Machine is { Cpus: > 0, MemoryBytes: > 0, DiskBytes: > 0 });

        var subnode = node.Subnode("alpha", 1);
        await agent.Order(node.Start(subnode));
        var started = await agent.Report<SubnodeStarted>("alpha");

        var container = await node.Container("alpha");
        Assert.Equal((container.Id, container.ImageId, subnode.Limits), (started.ContainerId, started.ImageDigest, started.Limits));
        Assert.Equal((250_000_000, 128L << 20, 128L << 20, 72L), (container.Limits.NanoCpus, container.Limits.MemoryBytes, container.Limits.MemorySwapBytes, container.Limits.PidsLimit));
        Assert.Equal(["ALL"], container.Isolation.DroppedCapabilities);
        Assert.True(container.Isolation is { ReadOnlyRoot: true, Privileged: false, PidNamespace: "" });
        Assert.Contains("no-new-privileges", container.Isolation.SecurityOptions);
        Assert.Equal([node.NameOf("alpha")], container.Networks.Keys);
        var port = Assert.Single(container.Ports);
        Assert.Equal(("127.0.0.1", subnode.FirstPort + 3), (port.HostAddress, port.HostPort));
        Assert.Equal(["volume"], container.Mounts.Where(m => m.Path == "/data").Select(m => m.Type));
        Assert.Equal(subnode.EvmChainId, await node.ChainIdAt(started.Endpoint));
    }

    [Fact]
    public async Task two_chains_share_nothing_and_a_removed_one_leaves_nothing()
    {
        await using var agent = await node.Agent();
        var (alpha, beta) = (node.Subnode("alpha", 1), node.Subnode("beta", 2, slot: 1));
        await agent.Order(node.Start(alpha));
        await agent.Order(node.Start(beta));
        var first = await agent.Report<SubnodeStarted>("alpha", r => r.Chain.Value == "alpha");
        var second = await agent.Report<SubnodeStarted>("beta", r => r.Chain.Value == "beta");
        Assert.Equal((alpha.EvmChainId, beta.EvmChainId), (await node.ChainIdAt(first.Endpoint), await node.ChainIdAt(second.Endpoint)));
        Assert.Empty((await node.Container("alpha")).Networks.Keys.Intersect((await node.Container("beta")).Networks.Keys));
        Assert.Empty((await node.Container("alpha")).Mounts.Select(m => m.Name).Intersect((await node.Container("beta")).Mounts.Select(m => m.Name)));

        await agent.Order(node.Remove("alpha", 3));
        var removed = await agent.Report<SubnodeRemoved>("alpha");
        Assert.Equal(("alpha", 3), (removed.Chain.Value, removed.Generation));
        Assert.Equal((1, 1, 1), await node.Count());
        Assert.Equal(beta.EvmChainId, await node.ChainIdAt(second.Endpoint));
    }

    [Fact]
    public async Task a_chain_absent_from_the_assignment_is_stopped_and_keeps_its_data()
    {
        await using var agent = await node.Agent();
        await agent.Order(node.Start(node.Subnode("alpha", 1)));
        await agent.Report<SubnodeStarted>("alpha");
        await agent.Order(node.Assign(2));
        await Wait.Until("container and network of alpha are gone", async () => await node.Count() == (0, 0, 1), Wait.Patience);
        Assert.Empty(agent.Reports.OfType<SubnodeRemoved>());
    }

    [Fact]
    public async Task what_others_made_is_left_alone_even_under_our_name()
    {
        var foreign = await node.Engine.Containers.Create(new ContainerSpec
        {
            Name = node.NameOf("alpha"),
            Image = node.Image,
            Labels = node.Server.Labels,
            Command = ["--chain-id", "1"],
        });
        await using var agent = await node.Agent();
        await agent.Order(node.Start(node.Subnode("alpha", 1)));
        var failed = await agent.Report<SubnodeFailed>("alpha");
        Assert.Contains("not made by this agent", failed.Reason, StringComparison.Ordinal);
        await agent.Order(node.Remove("alpha", 2));
        await agent.Report<SubnodeRemoved>("alpha");
        Assert.NotNull(await node.Engine.Containers.Find(foreign.Id));
        Assert.Equal((0, 0, 0), await node.Count());
    }

    [Fact]
    public async Task a_missing_image_is_reported_and_the_chain_comes_up_once_it_is_there()
    {
        await using var agent = await node.Agent(("NodeAgent:Development", "true"));
        var image = node.Server.ImageName("late");
        await agent.Order(node.Start(node.Subnode("alpha", 1) with { Image = image }));
        await agent.Order(node.Start(node.Subnode("beta", 2, slot: 1)));
        var failed = await agent.Report<SubnodeFailed>("alpha");
        Assert.Contains($"image '{image}' is not on this machine", failed.Reason, StringComparison.Ordinal);
        await agent.Report<SubnodeStarted>("beta goes on", r => r.Chain.Value == "beta");
        await node.Engine.Images.Tag(node.Image, image.Split(':')[0], image.Split(':')[1]);
        await agent.Report<SubnodeStarted>("alpha", r => r.Chain.Value == "alpha");
        Assert.Single(agent.Reports.OfType<SubnodeFailed>());
    }

    [Fact]
    public async Task a_tag_is_refused_outside_development()
    {
        await using var agent = await node.Agent();
        await agent.Order(node.Start(node.Subnode("alpha", 1) with { Image = "skale-evm:1.7.1" }));
        Assert.Contains("not named by digest", (await agent.Report<SubnodeFailed>("alpha")).Reason, StringComparison.Ordinal);
        Assert.Equal((0, 0, 0), await node.Count());
    }
}
