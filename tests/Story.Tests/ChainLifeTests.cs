using Skale.Ethereum;
using Skale.Ethereum.Development;
using Skale.Metrics.Api;
using Skale.Servers;

namespace Skale.Story.Tests;

/// <summary>The main job, distributed: four kinds of processes over RabbitMQ, PostgreSQL, an Ethereum node and the Docker Engine.</summary>
public sealed class ChainLifeTests(StackFixture fixture)
{
    private const int SixteenSlicesOnFour = 4;
    private const int ThirtyTwoSlicesOnTwo = 3;
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    [Fact]
    public async Task a_bought_chain_runs_on_its_nodes_and_leaves_nothing_when_it_is_deleted()
    {
        await fixture.Stack.Manager.CreateChain("life", SixteenSlicesOnFour, Lifetime);
        await fixture.WaitForPhase("life", "active");

        var chain = (await fixture.Chain("life"))!;
        Assert.Equal("scheduler", chain.PlacedBy);
        Assert.Equal([0L, 1, 2, 3], chain.Group.Select(m => m.Node).Order());
        Assert.Equal(StackFixture.Nodes, (await Engine.Holds(fixture.Stack, "life")).Containers.Count);
        foreach (var member in chain.Group)
        {
            using var rpc = new JsonRpcClient(new Uri(member.Endpoint!));
            Assert.Equal(chain.EvmChainId, await rpc.Send(Eth.ChainId()));
        }

        await fixture.Stack.Manager.DeleteChain("life");
        await fixture.WaitForPhase("life", "removed");

        Assert.Equal(0, (await Engine.Holds(fixture.Stack, "life")).Count);
        Assert.DoesNotContain((await fixture.Get<NodeAnswer[]>("api/nodes")).SelectMany(n => n.Reservations), r => r.Chain == "life");
        await History.IsWhole(fixture, "life", members: 4);
    }

    [Fact]
    public async Task a_group_named_by_the_contract_is_followed_in_its_order()
    {
        await fixture.Stack.Manager.CreateChain("named", ThirtyTwoSlicesOnTwo, Lifetime, [3, 1]);
        await fixture.WaitForPhase("named", "active");

        var chain = (await fixture.Chain("named"))!;
        Assert.Equal("contract", chain.PlacedBy);
        Assert.Equal([3L, 1], chain.Group.Select(m => m.Node));
        await fixture.Stack.Manager.DeleteChain("named");
        await fixture.WaitForPhase("named", "removed");
    }

    [Fact]
    public async Task what_is_written_on_one_chain_is_not_on_another()
    {
        const string Recipient = "0x000000000000000000000000000000000000beef";
        await fixture.Stack.Manager.CreateChain("here", ThirtyTwoSlicesOnTwo, Lifetime);
        await fixture.Stack.Manager.CreateChain("there", ThirtyTwoSlicesOnTwo, Lifetime);
        await fixture.WaitForPhase("here", "active");
        await fixture.WaitForPhase("there", "active");
        using var here = new JsonRpcClient(new Uri((await fixture.Chain("here"))!.Group[0].Endpoint!));
        using var there = new JsonRpcClient(new Uri((await fixture.Chain("there"))!.Group[0].Endpoint!));

        await (await UnlockedAccount.First(here)).Send(Recipient, [], 7);

        Assert.Equal(7, await here.Send(Eth.Balance(Recipient, BlockTag.Latest)));
        Assert.Equal(0, await there.Send(Eth.Balance(Recipient, BlockTag.Latest)));
        await fixture.Stack.Manager.DeleteChain("here");
        await fixture.Stack.Manager.DeleteChain("there");
        await fixture.WaitForPhase("here", "removed");
        await fixture.WaitForPhase("there", "removed");
    }

    [Fact]
    public async Task containers_have_the_limits_of_their_slices()
    {
        await fixture.Stack.Manager.CreateChain("limited", ThirtyTwoSlicesOnTwo, Lifetime);
        await fixture.WaitForPhase("limited", "active");
        var machine = (await fixture.Get<NodeAnswer[]>("api/nodes"))[0].Machine!;

        foreach (var container in (await Engine.Holds(fixture.Stack, "limited")).Containers)
        {
            var limits = container.Limits;
            Assert.Equal((long)(machine.Cpus * 1e9 * 0.8 * 32 / 128), limits.NanoCpus);
            Assert.Equal((long)(machine.MemoryBytes * 0.8 * 32 / 128), limits.MemoryBytes);
            Assert.Equal(limits.MemoryBytes, limits.MemorySwapBytes);
            Assert.Equal(64 + (8 * 32), limits.PidsLimit);
        }

        await fixture.Stack.Manager.DeleteChain("limited");
        await fixture.WaitForPhase("limited", "removed");
    }
}
