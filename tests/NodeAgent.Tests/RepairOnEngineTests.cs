using Skale.Contracts;
using Skale.Docker;
using Skale.Servers;

namespace Skale.NodeAgent.Tests;

/// <summary>What the agent does when the engine does not hold what it should.</summary>
public sealed class RepairOnEngineTests : IAsyncLifetime
{
    private EngineNode node = null!;

    public async ValueTask InitializeAsync() => node = await EngineNode.Open();

    public async ValueTask DisposeAsync() => await node.DisposeAsync();

    [Fact]
    public async Task an_agent_that_starts_again_adopts_what_runs()
    {
        string container;
        await using (var before = await node.Agent())
        {
            await before.Order(node.Start(node.Subnode("alpha", 1)));
            container = (await before.Report<SubnodeStarted>("alpha")).ContainerId;
        }

        var startedAt = (await node.Container("alpha")).State.StartedAt;
        await using var after = await node.Agent();
        var enrolled = await after.Report<NodeEnrolled>("at the second start", e => e.Generation == 1);
        Assert.Equal(SubnodeCondition.Starting, Assert.Single(enrolled.Subnodes).Condition);
        var again = await after.Report<SubnodeStarted>("checked again", r => r.Report > enrolled.Report);
        Assert.Equal(container, again.ContainerId);
        Assert.Equal(startedAt, (await node.Container("alpha")).State.StartedAt);
    }

    [Fact]
    public async Task a_container_killed_by_hand_is_told_of_and_started_again()
    {
        await using var agent = await node.Agent();
        await agent.Order(node.Start(node.Subnode("alpha", 1)));
        var first = await agent.Report<SubnodeStarted>("alpha");
        await node.Engine.Containers.Kill(first.ContainerId);
        await agent.Report<SubnodeFailed>("the end of alpha", r => r.Reason.Contains("ended with exit code", StringComparison.Ordinal));
        var second = await agent.Report<SubnodeStarted>("alpha again", r => r.Report > first.Report);
        Assert.Equal(first.ContainerId, second.ContainerId);
        Assert.True((await node.Container("alpha")).State.Running);
    }

    [Fact]
    public async Task a_container_removed_by_hand_is_made_again_on_its_old_data()
    {
        await using var agent = await node.Agent();
        await agent.Order(node.Start(node.Subnode("alpha", 1)));
        var first = await agent.Report<SubnodeStarted>("alpha");
        var volume = await node.Engine.Volumes.Find(node.NameOf("alpha"));
        await node.Engine.Containers.Remove(first.ContainerId, force: true);
        var second = await agent.Report<SubnodeStarted>("alpha again", r => r.ContainerId != first.ContainerId);
        Assert.Equal(second.ContainerId, (await node.Container("alpha")).Id);
        Assert.Equal(volume!.CreatedAt, (await node.Engine.Volumes.Find(node.NameOf("alpha")))!.CreatedAt);
    }

    [Fact]
    public async Task limits_changed_by_hand_are_told_of_and_put_right_without_a_restart()
    {
        await using var agent = await node.Agent();
        var subnode = node.Subnode("alpha", 1);
        await agent.Order(node.Start(subnode));
        var first = await agent.Report<SubnodeStarted>("alpha");
        var startedAt = (await node.Container("alpha")).State.StartedAt;
        await node.Engine.Containers.Update(first.ContainerId, new Limits { NanoCpus = 2_000_000_000, MemoryBytes = 512 << 20, PidsLimit = 500 });
        await agent.Report<SubnodeFailed>("the drift", r => r.Reason.Contains("limits do not hold", StringComparison.Ordinal));
        await agent.Report<SubnodeStarted>("alpha again", r => r.Report > first.Report && r.Limits == subnode.Limits);
        var container = await node.Container("alpha");
        Assert.Equal((250_000_000, 128L << 20, 72L), (container.Limits.NanoCpus, container.Limits.MemoryBytes, container.Limits.PidsLimit));
        Assert.Equal(startedAt, container.State.StartedAt);
    }

    [Fact]
    public async Task leftovers_of_this_node_go_once_the_scheduler_has_confirmed()
    {
        await using (var before = await node.Agent())
        {
            await before.Order(node.Start(node.Subnode("alpha", 1)));
            await before.Report<SubnodeStarted>("alpha");
        }

        Directory.Delete(node.Journal, recursive: true);
        await using var after = await node.Agent();
        Assert.Equal(0, (await after.Report<NodeEnrolled>("with a lost journal")).Generation);
        Assert.Equal((1, 1, 1), await node.Count());
        await after.Order(node.Assign(5));
        await Wait.Until("the leftover container is gone", async () => (await node.Count()).Containers == 0, Wait.Patience);
    }

    [Fact]
    public async Task what_the_engine_tells_of_is_looked_at_without_a_look_at_everything()
    {
        await using var agent = await node.Agent(("NodeAgent:VerifyEvery", "01:00:00"));
        var alpha = node.Subnode("alpha", 1);
        await agent.Order(node.Start(alpha));
        await agent.Report<SubnodeStarted>("alpha");
        await agent.Order(node.Assign(2, alpha with { Generation = 2 }));
        await agent.Report<SubnodeStarted>("alpha, confirmed", r => r.Generation == 2);
        var planted = DockerContainer.SpecOf(Domain.SubnodeContainer.Of(node.Place, node.Subnode("beta", 3, slot: 1)), TimeSpan.FromSeconds(1)) with { Network = "none" };
        await node.Engine.Containers.Create(planted with { Volumes = [] });
        await Wait.Until("the planted container is gone", async () => await node.Engine.Containers.Find(planted.Name) is null, Wait.Patience);
    }

    [Fact]
    public async Task while_no_engine_answers_orders_are_kept_and_nothing_is_reported()
    {
        await using var agent = await node.Agent(("NodeAgent:Engine", "unix:///run/skale-test-no-engine.sock"));
        await agent.Order(node.Start(node.Subnode("alpha", 1)));
        await Wait.Until("the order is recorded", async () => await agent.Log(node.Id, a => a.Generation) == 1, Wait.Patience);
        Assert.Empty(agent.Reports);
    }
}
