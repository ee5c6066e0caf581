using Skale.Contracts;
using Skale.Docker;
using Skale.NodeAgent.Domain;
using Skale.Servers;

namespace Skale.NodeAgent.Tests;

/// <summary>Somebody with access to the engine has made things in the agent's name and with its labels, before the agent did.</summary>
public sealed class PlantedTests : IAsyncLifetime
{
    private EngineNode node = null!;

    public async ValueTask InitializeAsync() => node = await EngineNode.Open();

    public async ValueTask DisposeAsync() => await node.DisposeAsync();

    [Fact]
    public async Task a_volume_that_is_the_hosts_root_is_not_given_to_the_chain()
    {
        var options = new Dictionary<string, string> { ["type"] = "none", ["o"] = "bind", ["device"] = "/" };
        await node.Engine.Volumes.Create(new VolumeSpec { Name = node.NameOf("alpha"), Options = options, Labels = Labels() });
        await using var agent = await node.Agent();
        await agent.Order(node.Start(node.Subnode("alpha", 1)));
        var failed = await agent.Report<SubnodeFailed>("alpha");
        Assert.Contains("leads elsewhere: ", failed.Reason, StringComparison.Ordinal);
        Assert.Contains("device=/", failed.Reason, StringComparison.Ordinal);
        Assert.Equal(0, (await node.Count()).Containers);
    }

    [Fact]
    public async Task a_privileged_container_with_the_engines_socket_is_replaced()
    {
        var subnode = node.Subnode("alpha", 1);
        var container = SubnodeContainer.Of(node.Place, subnode);
        await node.Engine.Volumes.Create(new VolumeSpec { Name = node.NameOf("alpha"), Labels = Labels() });
        var planted = await node.Engine.Containers.Create(DockerContainer.SpecOf(container, TimeSpan.FromSeconds(1)) with
        {
            Network = "none",
            Isolation = new Isolation { Privileged = true, Binds = ["/var/run/docker.sock:/run/docker.sock"] },
        });
        await node.Engine.Containers.Start(planted.Id);
        await using var agent = await node.Agent(("NodeAgent:StartPatience", "00:00:02"), ("NodeAgent:HealthPatience", "00:00:02"));
        await agent.Order(node.Start(subnode));
        var failed = await agent.Report<SubnodeFailed>("the breach", r => r.Reason.Contains("less isolated", StringComparison.Ordinal));
        Assert.Contains("privileged", failed.Reason, StringComparison.Ordinal);
        var started = await agent.Report<SubnodeStarted>("alpha");
        Assert.NotEqual(planted.Id, started.ContainerId);
        Assert.Null(await node.Engine.Containers.Find(planted.Id));
        Assert.Equal((1, 1, 1), await node.Count());
    }

    private Dictionary<string, string> Labels() => new(node.Place.Labels) { [Label.Chain] = "alpha" };
}
