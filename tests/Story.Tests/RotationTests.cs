using Skale.Contracts;
using Skale.Docker;
using Skale.Metrics.Api;

namespace Skale.Story.Tests;

/// <summary>The contract rotates a chain, and a container moves: the newcomer runs before the old member is ended.</summary>
public sealed class RotationTests(StackFixture fixture)
{
    private const int ThirtyTwoSlicesOnTwo = 3;

    [Fact]
    public async Task a_rotation_moves_the_container_and_the_old_one_serves_until_the_new_one_does()
    {
        await using var chain = await BoughtChain.On(fixture, "rotated", ThirtyTwoSlicesOnTwo, [3, 1]);
        await fixture.Stack.Manager.Transact("rotateNode", ["rotated", 3, 2]);
        await fixture.WaitFor("node 2 to serve in the place of node 3, and nothing to be left there", async () =>
            (await fixture.Chain("rotated"))?.Group.Select(m => m.Node).SequenceEqual([2L, 1]) == true
            && (await fixture.Get<NodeAnswer>("api/nodes/3")).Reservations.All(r => r.Chain != "rotated"));

        var history = (await fixture.Get<HistoryAnswer>("api/history/chain/rotated")).Entries;
        long[] steps = [At("chain_rotated"), At("replacement_started"), Newcomer(), At("replacement_completed"), At("subnode_removal_ordered"), At("subnode_removed"), At("slices_released")];
        Assert.Equal(steps.Order(), steps);
        Assert.Equal("active", (await fixture.Chain("rotated"))!.Phase);
        Assert.DoesNotContain(history, e => e.Type == "service_degraded");
        Assert.Equal(["1", "2"], await NodesWithContainers());

        long At(string type) => Assert.Single(history, e => e.Type == type).Position;
        long Newcomer() => history.First(e => e.Type == "subnode_started" && e.Data.GetProperty("Node").GetInt64() == 2).Position;
    }

    private async Task<string[]> NodesWithContainers() => [.. (await Engine.Holds(fixture.Stack, "rotated")).Containers.Select(c => c.Labels["skale.node"]).Order()];
}
