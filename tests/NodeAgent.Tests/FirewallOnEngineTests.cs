using System.Text.RegularExpressions;
using Skale.Contracts;
using Skale.NodeAgent.Domain;
using Skale.Servers;

namespace Skale.NodeAgent.Tests;

/// <summary>The firewall of an agent's chains from their first order to their last, on the machine's real engine and kernel.</summary>
public sealed class FirewallOnEngineTests : IAsyncLifetime
{
    private EngineNode node = null!;

    public async ValueTask InitializeAsync()
    {
        node = await EngineNode.Open();
        using var firewall = new HostFirewall(node.Place);
        await Nftables.Need(firewall);
    }

    public async ValueTask DisposeAsync() => await node.DisposeAsync();

    [Fact]
    public async Task another_group_is_another_set_of_rules_and_no_restart()
    {
        await using var agent = await node.Agent();
        var alpha = node.Subnode("alpha", 1) with { Peers = [new Peer(new NodeId(1), "192.0.2.7", 10_000)] };
        await agent.Order(node.Start(alpha));
        var first = await agent.Report<SubnodeStarted>("alpha");
        var before = await node.Container("alpha");
        Assert.Contains("ip saddr 192.0.2.7 tcp dport", await Rules(), StringComparison.Ordinal);

        await agent.Order(node.Start(alpha with { Generation = 2, Peers = [new Peer(new NodeId(1), "192.0.2.8", 10_000), new Peer(new NodeId(2), "2001:db8::1", 10_000)] }));
        var second = await agent.Report<SubnodeStarted>("alpha among others", r => r.Generation == 2);
        Assert.NotEqual(Reading(first), Reading(second));
        Assert.Equal(Reading(second).Ordered, Reading(second).InForce);
        var rules = await Rules();
        Assert.DoesNotContain("192.0.2.7", rules, StringComparison.Ordinal);
        Assert.Contains("ip saddr 192.0.2.8 tcp dport", rules, StringComparison.Ordinal);
        Assert.Contains("ip6 saddr 2001:db8::1 tcp dport", rules, StringComparison.Ordinal);
        var after = await node.Container("alpha");
        Assert.Equal((before.Id, before.State.StartedAt), (after.Id, after.State.StartedAt));
    }

    [Theory]
    [InlineData("delete table inet TABLE")]
    [InlineData("flush chain inet TABLE input")]
    [InlineData("insert rule inet TABLE at-BRIDGE accept")]
    [InlineData("delete element inet TABLE outward { \"BRIDGE\" }")]
    [InlineData("add table inet TABLE { flags dormant; }")]
    public async Task rules_changed_by_hand_are_told_of_and_made_again(string command)
    {
        await using var agent = await node.Agent(("NodeAgent:VerifyEvery", "00:00:01"));
        await agent.Order(node.Start(node.Subnode("alpha", 1)));
        await agent.Report<SubnodeStarted>("alpha");
        var before = await node.Container("alpha");
        var rules = await Rules();
        await HostTool.Run("nft", ["-f", "-"], command.Replace("TABLE", node.FirewallTable, StringComparison.Ordinal)
            .Replace("BRIDGE", $"br-{before.Networks.Values.Single().NetworkId[..12]}", StringComparison.Ordinal));
        var drift = await agent.Report<SubnodeFailed>("the drift", r => r.Reason.Contains("firewall ordered", StringComparison.Ordinal) && r.Reason.Contains("in force none (nft)", StringComparison.Ordinal));
        await agent.Report<SubnodeStarted>("alpha again", r => r.Report > drift.Report);
        Assert.Equal(WithoutDigest(rules), WithoutDigest(await Rules()));
        Assert.Equal(before.State.StartedAt, (await node.Container("alpha")).State.StartedAt);
    }

    [Fact]
    public async Task a_network_that_is_given_up_without_its_agents_leaves_no_rules_and_others_keep_theirs()
    {
        var network = $"given-up-{Guid.NewGuid():N}";
        var places = new[] { network, $"{network}-b" }.Select(n => node.Place with { Network = n }).ToArray();
        foreach (var place in places)
        {
            using var firewall = new HostFirewall(place);
            await firewall.Set(Guid.NewGuid().ToString("N"), ChainFirewall.Of(place, node.Subnode("alpha", 1)));
        }

        Assert.Null(await NetworkLeftovers.RemoveAll(network));
        Assert.Equal([$"skale-{network}-b-{node.Id}"], await Tables());
        Assert.Null(await NetworkLeftovers.RemoveAll($"{network}-b"));
        Assert.Empty(await Tables());

        async Task<string[]> Tables() => [.. (await HostTool.Run("nft", ["list", "tables"])).Split([' ', '\n']).Where(word => word.Contains(network, StringComparison.Ordinal))];
    }

    [Fact]
    public async Task rules_outlive_the_agent_are_taken_over_and_go_with_the_chain()
    {
        var rules = "";
        await using (var agent = await node.Agent(("NodeAgent:VerifyEvery", "00:00:01")))
        {
            await agent.Order(node.Start(node.Subnode("alpha", 1)));
            await agent.Order(node.Start(node.Subnode("beta", 2, slot: 1)));
            await agent.Report<SubnodeStarted>("alpha", r => r.Chain.Value == "alpha");
            await agent.Report<SubnodeStarted>("beta", r => r.Chain.Value == "beta");
            await Wait.Until("the rules to be noted as the kernel shows them", async () =>
            {
                rules = await Rules();
                return Regex.Count(rules, "comment \"") == 2 && !rules.Contains(" -\"", StringComparison.Ordinal);
            }, Wait.Patience);
        }

        Assert.Equal(rules, await Rules());
        await using var next = await node.Agent();
        var enrolled = await next.Report<NodeEnrolled>("again", r => r.Generation == 2);
        await next.Report<SubnodeStarted>("alpha", r => r.Chain.Value == "alpha" && r.Report > enrolled.Report);
        await next.Report<SubnodeStarted>("beta", r => r.Chain.Value == "beta" && r.Report > enrolled.Report);
        Assert.Equal(rules, await Rules());
        Assert.DoesNotContain(next.Reports.OfType<SubnodeFailed>(), r => r.Reason.Contains("firewall", StringComparison.Ordinal));

        await next.Order(node.Remove("beta", 3));
        await next.Report<SubnodeRemoved>("beta");
        var left = await Rules();
        Assert.True(left.Length < rules.Length && left.Contains("chain at-br-", StringComparison.Ordinal));
        await next.Order(node.Remove("alpha", 4));
        await next.Report<SubnodeRemoved>("alpha", r => r.Chain.Value == "alpha");
        Assert.DoesNotContain(node.FirewallTable, await HostTool.Run("nft", ["list", "tables"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task rules_of_a_network_that_is_gone_go_and_nobody_elses()
    {
        var theirs = $"{node.FirewallTable}x";
        using var firewall = new HostFirewall(node.Place);
        await firewall.Set(new string('f', 64), new Domain.ChainFirewall(20_000, [], Domain.FirewallPolicy.Default));
        await HostTool.Run("nft", ["add", "table", "inet", theirs]);
        try
        {
            await using var agent = await node.Agent(("NodeAgent:VerifyEvery", "00:00:01"));
            await agent.Report<NodeEnrolled>("at start");
            await agent.Order(node.Assign(1));
            await Wait.Until("the table is gone", async () => !(await HostTool.Run("nft", ["list", "tables", "inet"])).Split('\n').Contains($"table inet {node.FirewallTable}"), Wait.Patience);
            Assert.Contains($"table inet {theirs}", (await HostTool.Run("nft", ["list", "tables", "inet"])).Split('\n'));
        }
        finally
        {
            await HostTool.Run("nft", ["delete", "table", "inet", theirs]);
        }
    }

    [Fact]
    public async Task an_address_that_is_none_starts_nothing_and_runs_nothing()
    {
        await using var agent = await node.Agent();
        await agent.Order(node.Start(node.Subnode("alpha", 1) with { Peers = [new Peer(new NodeId(1), "192.0.2.7 accept; flush ruleset", 10_000)] }));
        var failed = await agent.Report<SubnodeFailed>("alpha");
        Assert.Contains("names '192.0.2.7 accept; flush ruleset' as the address of node 1", failed.Reason, StringComparison.Ordinal);
        Assert.False((await node.Container("alpha")).State.Running);
    }

    private static LimitReading Reading(SubnodeStarted started) => started.Readings!.Single(r => r.Limit == "firewall");

    private Task<string> Rules() => HostTool.Run("nft", ["list", "table", "inet", node.FirewallTable]);

    /// <summary>Without the digest in the notes, which knows rules from the same rules made again.</summary>
    private static string WithoutDigest(string rules) => Regex.Replace(rules, " k[0-9a-f]{32}\"", "\"");
}
