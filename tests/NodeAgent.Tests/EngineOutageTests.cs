using Skale.Contracts;
using Skale.Servers;

namespace Skale.NodeAgent.Tests;

/// <summary>Unknown is never dead.</summary>
public sealed class EngineOutageTests
{
    [Fact]
    public async Task while_the_engine_is_away_nothing_is_concluded_and_afterwards_everything_is_made_up_for()
    {
        await using var node = await EngineNode.Open();
        using var relay = new EngineRelay(node.Engine.Endpoint.SocketPath!);
        await using var agent = await node.Agent(("NodeAgent:Engine", relay.Endpoint));
        await agent.Order(node.Start(node.Subnode("alpha", 1)));
        var alpha = await agent.Report<SubnodeStarted>("alpha");

        relay.Cut();
        await Wait.Until("the agent says that the engine is away", () => agent.Figures($"node=\"{node.Id}\"")["skale_agent_engine_up"] == 0, Wait.Patience);
        // The chain dies and an order comes while nobody can look.
        await node.Engine.Containers.Kill(alpha.ContainerId);
        await agent.Order(node.Start(node.Subnode("beta", 2, slot: 1)));
        await Wait.Until("the order is recorded", async () => await agent.Log(node.Id, a => a.Generation) == 2, Wait.Patience);
        Assert.Empty(agent.Reports.OfType<SubnodeFailed>());

        relay.Mend();
        await agent.Report<SubnodeFailed>("the end of alpha", r => r.Chain == alpha.Chain);
        await agent.Report<SubnodeStarted>("alpha again", r => r.Chain == alpha.Chain && r.Report > alpha.Report);
        await agent.Report<SubnodeStarted>("beta", r => r.Chain.Value == "beta");
        Assert.Equal((2, 2, 2), await node.Count());
    }
}
