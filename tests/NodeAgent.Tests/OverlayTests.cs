using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Skale.Contracts;
using Skale.Docker;
using Skale.NodeAgent.Domain;
using Skale.Servers;

namespace Skale.NodeAgent.Tests;

/// <summary>The rules of a chain's network in a swarm, and what an agent says where there is none.</summary>
public sealed class OverlayTests
{
    private static readonly Place InSwarm = Some.Place with { HasOverlays = true };

    [Theory]
    [InlineData("alpha", "skale-test_alpha")]
    [InlineData("a_b-c", "skale-test_a_b-c")]
    [InlineData("with.dot", "skale-test__ff9949257b3050fb")]
    [InlineData("-dash", "skale-test__b693fbbf1c05e454")]
    public void all_machines_name_a_chains_network_alike_as_a_swarm_takes_names(string chain, string name) => Assert.Equal(name, InSwarm.OverlayOf(new ChainName(chain)));

    [Fact]
    public void a_long_name_goes_by_its_digest_and_no_nodes_network_is_called_so()
    {
        var network = new string('n', 32);
        var (place, chain) = (new Place(network, Some.Node, "127.0.0.1"), new ChainName(new string('c', 60)));
        Assert.Matches($"^skale-{network}__[0-9a-f]{{16}}$", place.OverlayOf(chain));
        Assert.NotEqual(place.OverlayOf(chain), place.OverlayOf(new ChainName(new string('c', 61))));
        Assert.NotEqual(new Place("a-1", Some.Node, "127.0.0.1").OverlayOf(new("c")), new Place("a", new NodeId(1), "127.0.0.1").NameOf(new("c")));
    }

    [Fact]
    public void the_main_container_alone_meets_the_group_and_only_where_that_is_configured()
    {
        var subnode = Some.Subnode("alpha", 1);
        Assert.Equal(1, SubnodeContainer.Of(InSwarm, subnode).Asked[Limit.Overlay]);
        Assert.False(Some.Container(subnode).Asked.ContainsKey(Limit.Overlay));
        Assert.All(SubnodeContainer.Of(InSwarm, SomeSet.Alpha).Set.Skip(1), s => Assert.False(s.Asked.ContainsKey(Limit.Overlay)));
    }

    [Fact]
    public void one_that_is_not_in_its_network_is_put_there_without_a_restart()
    {
        var subnode = Some.Subnode("alpha", 1);
        var plan = Assert.Single(Reconcile.Plan(
            Some.Desired(true, subnode), new Dictionary<ChainName, ChainSeen> { [subnode.Chain] = Some.Running(subnode) }, HostAbilities.All, InSwarm, new Dictionary<ChainName, Trial>(), Some.Time));
        Assert.IsType<Step.SetLimits>(Assert.Single(plan.Steps));
    }

    [Fact]
    public async Task an_agent_outside_a_swarm_says_what_to_do_and_is_not_ready()
    {
        await using var node = await EngineNode.Open();
        if ((await node.Engine.Info()).Swarm.State == "active")
        {
            Assert.Skip("The machine's engine is in a swarm.");
        }

        await using var agent = await node.Agent(("NodeAgent:ChainNetworks", "overlay"));
        await agent.Order(node.Assign(1, node.Subnode("alpha", 1)));
        var loop = agent.Services.GetRequiredKeyedService<ReconcileLoop>(NodeAgentSetup.NameOf(node.Id));
        await Wait.Until("the agent to look at its engine", () => loop.EngineTrouble?.Contains("'docker swarm init' on the first machine", StringComparison.Ordinal) == true, Wait.Patience);
        Assert.Empty(agent.Reports.OfType<NodeEnrolled>());
        Assert.Equal((0, 0, 0), await node.Count());
    }

    [Fact]
    public async Task what_the_overlay_network_leaves_open_is_unenforced()
    {
        using var engine = new DockerEngine();
        var abilities = await new ChainOverlay(InSwarm, engine).Probe(HostAbilities.All, "elsewhere");
        var container = SubnodeContainer.Of(InSwarm with { Budget = NodeBudget.Default with { NetworkBitsPerSecond = 128_000_000 } }, Some.Subnode("alpha", 1));
        var unenforced = abilities.Unenforced(container.Asked, container.Asked.ToImmutableSortedDictionary(a => a.Key, a => new LimitSeen(a.Value, "here")));
        Assert.Equal(["network in", "network out", "overlay network"], unenforced.Select(u => u.Split(':')[0]));
        Assert.Equal(HostAbilities.All, await new ChainOverlay(Some.Place, engine).Probe(HostAbilities.All, "elsewhere"));
    }
}
