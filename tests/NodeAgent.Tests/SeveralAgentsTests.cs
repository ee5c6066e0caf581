using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Skale.Contracts;
using Skale.Hosting;
using Skale.Servers;

namespace Skale.NodeAgent.Tests;

/// <summary>Several agents in one process, rehearsing without an engine.</summary>
public sealed class SeveralAgentsTests : IAsyncLifetime
{
    private static readonly NodeId[] Nodes = [new(0), new(1), new(2)];
    private readonly string journal = Repository.NewFolder("agents");
    private AgentProcess agents = null!;

    public async ValueTask InitializeAsync() => agents = await AgentProcess.Start(journal, Nodes, ("NodeAgent:Simulate", "true"), ("NodeAgent:Development", "true"));

    public async ValueTask DisposeAsync()
    {
        await agents.DisposeAsync();
        Directory.Delete(journal, recursive: true);
    }

    [Fact]
    public async Task each_agent_takes_its_own_orders_only_and_keeps_its_own_log()
    {
        foreach (var node in Nodes)
        {
            var enrolled = await agents.Report<NodeEnrolled>($"node {node}", e => e.Node == node);
            Assert.True(enrolled.Machine.Simulated);
            await agents.Order(new StartSubnode(node, 1, Some.Subnode($"chain{node}", 1), Some.Time));
        }

        foreach (var node in Nodes)
        {
            Assert.Equal("simulated", (await agents.Report<SubnodeStarted>($"node {node}", r => r.Node == node)).ImageDigest);
            Assert.Equal([new ChainName($"chain{node}")], await agents.Log(node, a => a.Subnodes.Keys.ToArray()));
            Assert.True(Directory.Exists(Path.Combine(journal, NodeAgentSetup.NameOf(node))));
        }
    }

    [Fact]
    public async Task an_order_to_several_is_followed_by_those_it_names()
    {
        await agents.Order(new StartSubnodes(
            Some.Subnode("alpha", 1), [new(Nodes[2], 1, 5, 10_320, null), new(Nodes[0], 1, 0, 10_000, null)], [new(Nodes[0], "10.0.0.1", 10_000), new(Nodes[2], "10.0.0.2", 10_320)], Some.Time));
        foreach (var (node, slot, peer) in new[] { (Nodes[0], 0, Nodes[2]), (Nodes[2], 5, Nodes[0]) })
        {
            await agents.Report<SubnodeStarted>($"node {node}", r => r.Node == node);
            var subnode = await agents.Log(node, a => a.Subnodes[new("alpha")]);
            Assert.Equal((slot, peer), (subnode.Slot, subnode.Peers!.Single().Node));
        }

        Assert.Equal(0, await agents.Log(Nodes[1], a => a.Generation));
    }

    [Fact]
    public async Task a_simulated_chain_is_removed_when_ordered()
    {
        await agents.Order(new StartSubnode(Nodes[0], 1, Some.Subnode("alpha", 1), Some.Time));
        await agents.Report<SubnodeStarted>("alpha");
        await agents.Order(new RemoveSubnode(Nodes[0], 2, new ChainName("alpha"), Some.Time));
        Assert.Equal(2, (await agents.Report<SubnodeRemoved>("alpha")).Generation);
    }

    [Fact]
    public async Task orders_arrive_in_turn_however_many_come_at_once()
    {
        foreach (var generation in Enumerable.Range(1, 100))
        {
            await agents.Order(new StartSubnode(Nodes[0], generation, Some.Subnode($"chain{generation}", generation), Some.Time));
        }

        await agents.Report<SubnodeStarted>("the last chain", r => r.Generation == 100);
        Assert.Empty(agents.Reports.OfType<AssignmentRequested>());
    }

    [Fact]
    public async Task an_outcome_names_the_order_it_comes_from()
    {
        await agents.Order(new StartSubnode(Nodes[0], 1, Some.Subnode("alpha", 1), Some.Time));
        await agents.Report<SubnodeStarted>("alpha");
        var log = await agents.Services.GetRequiredKeyedService<LogService<Domain.Assignment>>("node-0").Log;
        var stored = await log.ReadStream("chain-alpha").ToArrayAsync();
        Assert.Equal(["start_subnode", "subnode_started"], stored.Select(s => s.Type));
        Assert.Equal((stored[0].CausationId, stored[0].CorrelationId), (stored[1].CausationId, stored[1].CorrelationId));
    }

    [Fact]
    public async Task metrics_tell_the_agents_apart()
    {
        await agents.Order(new StartSubnode(Nodes[1], 1, Some.Subnode("alpha", 1), Some.Time));
        await agents.Report<SubnodeStarted>("alpha");
        var metrics = agents.Services.GetRequiredService<PrometheusText>();
        await Wait.Until("the running subnode shows", () => metrics.Render().Contains("skale_agent_subnodes{node=\"1\",condition=\"running\"} 1", StringComparison.Ordinal), Wait.Patience);
        Assert.Contains("skale_agent_engine_up{node=\"2\"} 1", metrics.Render(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_process_of_its_own_says_what_its_options_lack()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Store:Postgres"] = "Host=nowhere", ["Bus:InMemory"] = "true" });
        await using var app = builder.AddNodeAgent().AddSkale().Build();
        var thrown = await Assert.ThrowsAnyAsync<Exception>(() => app.StartAsync());
        var failures = thrown is AggregateException all ? all.InnerExceptions.OfType<OptionsValidationException>() : [(OptionsValidationException)thrown];
        Assert.Contains(failures.SelectMany(f => f.Failures), f => f.StartsWith("NodeAgent:NodeId is missing", StringComparison.Ordinal));
        Assert.Contains(failures.SelectMany(f => f.Failures), f => f.Contains("local journal", StringComparison.Ordinal));
    }
}
