using Skale.Contracts;
using Skale.Docker;
using Skale.Servers;

namespace Skale.NodeAgent.Tests;

/// <summary>No chain runs without its firewall: after a restart of engine or machine nothing runs until an agent has made the rules and started it.</summary>
public sealed class EngineRestartTests : IAsyncLifetime
{
    private OwnEngine engine = null!;
    private EngineNode node = null!;

    public async ValueTask InitializeAsync()
    {
        engine = await OwnEngine.Start();
        node = await EngineNode.Open(engine.Endpoint);
        using var firewall = new HostFirewall(node.Place);
        await Nftables.Need(firewall);
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
    public async Task after_a_restart_of_the_machine_rules_come_before_chains(bool ofAnEarlierAgent)
    {
        await using (var before = await Agent())
        {
            await before.Order(node.Start(node.Subnode("alpha", 1)));
            var first = await before.Report<SubnodeStarted>("alpha");
            if (ofAnEarlierAgent)
            {
                // What earlier agents made the engine would start; this agent changes that without a restart.
                var startedAt = (await node.Container("alpha")).State.StartedAt;
                await node.Engine.Containers.Update(first.ContainerId, new Limits(), RestartPolicy.UnlessStopped);
                await Wait.Until("the engine to leave alpha to the agent", async () => (await node.Container("alpha")).Restart.Name == "no", Wait.Patience);
                Assert.Equal(startedAt, (await node.Container("alpha")).State.StartedAt);
            }
        }

        await engine.KillAll();
        await HostTool.Run("nft", ["delete", "table", "inet", node.FirewallTable]);
        await engine.Restart();
        Assert.False((await node.Container("alpha")).State.Running);

        await using var agent = await Agent();
        var again = await agent.Report<SubnodeStarted>("alpha again", r => r.Report > 2);
        Assert.True(again.Readings!.Single(r => r.Limit == "firewall") is { InForce: { } rules, Ordered: var ordered } && rules == ordered);
        Assert.Equal(1, again.Generation);
    }

    [Fact]
    public async Task an_agent_that_runs_through_a_killed_engine_brings_its_chains_back()
    {
        await using var agent = await Agent();
        await agent.Order(node.Start(node.Subnode("alpha", 1)));
        var first = await agent.Report<SubnodeStarted>("alpha");
        await engine.Kill();
        await engine.Restart();
        var second = await agent.Report<SubnodeStarted>("alpha again", r => r.Report > first.Report);
        Assert.Equal(first.ContainerId, second.ContainerId);
        Assert.Equal((1, 1, 1), await node.Count());
    }

    private Task<AgentProcess> Agent() => node.Agent(("NodeAgent:SubnetPool", OwnEngine.SubnetPool), ("NodeAgent:VerifyEvery", "00:00:01"));
}
