using Microsoft.Extensions.Diagnostics.HealthChecks;
using Skale.Contracts;
using Skale.Servers;

namespace Skale.NodeAgent.Tests;

/// <summary>What befalls a machine beside its engine: its disk is full, its clock is put forward and back. Chains run on, and nothing waits longer than the trouble lasts.</summary>
public sealed class MachineTroubleTests : IAsyncLifetime
{
    private EngineNode node = null!;

    public async ValueTask InitializeAsync() => node = await EngineNode.Open();

    public async ValueTask DisposeAsync() => await node.DisposeAsync();

    [Fact]
    public async Task a_full_disk_stops_no_chain_and_what_happened_meanwhile_is_told_once_when_there_is_room()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root may mount a file system.");
        await using var disk = await SmallDisk.Mount(node.Journal);
        await using var agent = await node.Agent();
        await agent.Order(node.Start(node.Subnode("alpha", 1)));
        var alpha = await agent.Report<SubnodeStarted>("alpha");
        var startedAt = (await node.Container("alpha")).State.StartedAt;
        var told = agent.Reports.Count;
        for (var round = 1; round <= 2; round++)
        {
            disk.Fill();
            // More than the journal's last block may have room for.
            var peers = Enumerable.Range(1, 100).Select(i => new Peer(new(i), $"192.0.2.{i}", 10_000)).ToArray();
            await agent.Order(node.Start(node.Subnode($"beta{round}", round + 1, slot: round) with { Peers = peers }));
            await Wait.Until("the agent to say that its disk is full", async () => (await agent.Health()).Entries["logs"] is { Status: HealthStatus.Unhealthy, Description: var reason }
                && reason!.Contains("No space left", StringComparison.Ordinal), Wait.Patience);
            Assert.Equal((alpha.ContainerId, startedAt), ((await node.Container("alpha")).Id, (await node.Container("alpha")).State.StartedAt));
            Assert.Equal(Some.Subnode("alpha", 1).EvmChainId, await node.ChainIdAt(alpha.Endpoint));
            Assert.Null(await node.Engine.Containers.Find(node.NameOf($"beta{round}")));

            disk.MakeRoom();
            await agent.Report<SubnodeStarted>($"beta{round}", r => r.Chain.Value == $"beta{round}");
            await Wait.Until("the agent to be ready again", async () => (await agent.Health()).Status == HealthStatus.Healthy, Wait.Patience);
        }

        Assert.Equal(Enumerable.Range(1, told + 2).Select(n => (long)n), agent.Reports.Select(r => r.Report));
        Assert.Equal((3, 3, 3), await node.Count());
    }

    [Fact]
    public async Task a_clock_put_forward_or_back_by_an_hour_stops_no_chain_and_keeps_none_waiting()
    {
        var clock = new TestClock();
        await using var agent = await node.Agent(clock);
        await agent.Order(node.Start(node.Subnode("alpha", 1)));
        var alpha = await agent.Report<SubnodeStarted>("alpha");
        var startedAt = (await node.Container("alpha")).State.StartedAt;
        foreach (var hours in (int[])[1, -1, -1])
        {
            clock.Jump(TimeSpan.FromHours(hours));
            await Wait.For(TimeSpan.FromSeconds(2), "the agent to have looked at its chain");
            Assert.Equal((alpha.ContainerId, startedAt), ((await node.Container("alpha")).Id, (await node.Container("alpha")).State.StartedAt));
            Assert.Equal(HealthStatus.Healthy, (await agent.Health()).Status);
        }

        // The first end is made good at once, and pauses begin with it; the clock goes back, and the next one may wait seconds, not an hour.
        for (var end = 1; end <= 2; end++)
        {
            var last = agent.Reports[^1].Report;
            await node.Engine.Containers.Kill(alpha.ContainerId);
            alpha = await agent.Report<SubnodeStarted>($"alpha again after end {end}", r => r.Report > last);
            clock.Jump(TimeSpan.FromHours(-1));
        }

        await agent.Order(node.Start(node.Subnode("beta", 2, slot: 1)));
        await agent.Report<SubnodeStarted>("beta", r => r.Chain.Value == "beta");
        Assert.Equal((2, 2, 2), await node.Count());
        var reports = agent.Reports.Select(r => r.Report).ToArray();
        Assert.Equal(Enumerable.Range(1, reports.Length).Select(n => (long)n), reports);
    }
}
