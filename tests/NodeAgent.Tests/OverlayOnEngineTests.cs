using Skale.Contracts;
using Skale.Docker;
using Skale.NodeAgent.Domain;
using Skale.Servers;

namespace Skale.NodeAgent.Tests;

/// <summary>Two nodes in a real swarm of one machine: where a chain's members meet, and nobody else.</summary>
public sealed class OverlayOnEngineTests : IAsyncLifetime
{
    private const string Alpha = $"skale-{EngineNode.Network}_alpha", Beta = $"skale-{EngineNode.Network}_beta";
    private const string NotAsked = "A swarm of Docker 20.10 beside other tests stops attaching containers for minutes (context deadline exceeded). Alone: SKALE_SWARM=1 ./test NodeAgent -- --filter-class '*OverlayOnEngineTests'";
    private OwnSwarm swarm = null!;
    private EngineNode one = null!, two = null!;

    public static bool IsAsked => Environment.GetEnvironmentVariable("SKALE_SWARM") is not null;

    public async ValueTask InitializeAsync()
    {
        swarm = await OwnSwarm.Start();
        (one, two) = (await EngineNode.Open(swarm.Endpoint), await EngineNode.Open(swarm.Endpoint));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var thing in new IAsyncDisposable?[] { two, one, swarm })
        {
            await (thing?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
    }

    [Fact(Skip = NotAsked, SkipUnless = nameof(IsAsked))]
    public async Task members_meet_in_one_encrypted_network_that_no_other_chain_reaches()
    {
        await using var first = await Agent(one);
        await using var second = await Agent(two);
        await Task.WhenAll(first.Order(one.Assign(1, one.Subnode("alpha", 1))), second.Order(two.Assign(1, two.Subnode("alpha", 1), two.Subnode("beta", 1, slot: 1))));
        var started = await first.Report<SubnodeStarted>("alpha");
        await second.Report<SubnodeStarted>("alpha", r => r.Chain.Value == "alpha");
        await second.Report<SubnodeStarted>("beta", r => r.Chain.Value == "beta");

        var network = Assert.Single(await Overlays(), n => n.Name == Alpha);
        Assert.True(network is { Driver: "overlay", Scope: "swarm", Attachable: true, Internal: true } && network.Options.ContainsKey("encrypted"));
        Assert.Equal(new Dictionary<string, string> { [Label.Network] = EngineNode.Network, [Label.Chain] = "alpha" }, network.Labels);
        Assert.True(started.Readings!.Single(r => r.Limit == "overlay network") is { Ordered: 1, InForce: 1 });

        Assert.Equal(await ChainOverlay.EncryptionFault() is not null, started.Unenforced.Any(u => u.StartsWith("overlay network: this kernel cannot encrypt", StringComparison.Ordinal)));

        var (here, there, stranger) = (await one.Container("alpha"), await two.Container("alpha"), await two.Container("beta"));
        Assert.Equal(here.Networks[Alpha].NetworkId, there.Networks[Alpha].NetworkId);
        Assert.Contains(there.Networks[Alpha].Address, await Lookup(here, two.NameOf("alpha")), StringComparison.Ordinal);
        Assert.True(await Reaches(here, there.Networks[Alpha].Address), "a member reaches another");
        Assert.True(await Reaches(there, here.Networks[Alpha].Address), "and is reached");
        Assert.False(await Reaches(stranger, here.Networks[Alpha].Address), "another chain reaches a member");
        Assert.False(await Reaches(here, stranger.Networks[Beta].Address), "a member reaches another chain");
        Assert.DoesNotContain(here.Networks[Alpha].Address, await Lookup(stranger, one.NameOf("alpha")), StringComparison.Ordinal);
        Assert.Equal(["ingress-sbox"], (await one.Engine.Networks.Find("docker_gwbridge"))!.Containers.Keys);
    }

    [Fact(Skip = NotAsked, SkipUnless = nameof(IsAsked))]
    public async Task the_network_stays_while_anybody_is_in_it_and_goes_with_the_last()
    {
        await using var first = await Agent(one);
        await first.Order(one.Assign(1, one.Subnode("alpha", 1)));
        await first.Report<SubnodeStarted>("alpha");
        var network = Assert.Single(await Overlays()).Id;
        var order = two.Assign(1, two.Subnode("alpha", 1));
        await using (var earlier = await Agent(two))
        {
            await earlier.Order(order);
            await earlier.Report<SubnodeStarted>("alpha");
        }

        // The stray one is gone when the first agent has looked twice: it has tried alpha's too.
        await first.Order(one.Remove("alpha", 2));
        await first.Report<SubnodeRemoved>("alpha");
        await one.Engine.Networks.Create(new NetworkSpec
        {
            Name = "stray",
            Driver = "overlay",
            Attachable = true,
            Labels = new Dictionary<string, string> { [Label.Network] = EngineNode.Network, [Label.Chain] = "stray" },
        });
        await Wait.Until("the stray network is gone", async () => (await Overlays()).All(n => n.Name != "stray"), Wait.Patience);
        Assert.Equal(network, Assert.Single(await Overlays()).Id);

        var before = await two.Container("alpha");
        await using var second = await Agent(two);
        await second.Order(order);
        await second.Report<SubnodeStarted>("alpha, adopted");
        var after = await two.Container("alpha");
        Assert.Equal((before.Id, before.State.StartedAt, network), (after.Id, after.State.StartedAt, after.Networks[Alpha].NetworkId));
        await second.Order(two.Remove("alpha", 2));
        await second.Report<SubnodeRemoved>("alpha");
        await Wait.Until("the network is gone", async () => (await Overlays()).Count == 0, Wait.Patience);
    }

    [Fact(Skip = NotAsked, SkipUnless = nameof(IsAsked))]
    public async Task a_member_outside_is_told_of_and_joins_again_also_when_the_network_was_made_anew()
    {
        await using var agent = await Agent(one);
        await agent.Order(one.Assign(1, one.Subnode("alpha", 1)));
        var started = await agent.Report<SubnodeStarted>("alpha");
        var before = await one.Container("alpha");
        await one.Engine.Networks.Disconnect(Alpha, before.Id);
        await agent.Report<SubnodeFailed>("the difference", r => r.Reason.Contains("overlay network ordered 1 encrypted network of the chain, in force none", StringComparison.Ordinal));
        var again = await agent.Report<SubnodeStarted>("alpha again", r => r.Report > started.Report && r.Readings!.Any(l => l is { Limit: "overlay network", InForce: 1 }));
        Assert.Equal((before.Id, before.State.StartedAt), ((await one.Container("alpha")).Id, (await one.Container("alpha")).State.StartedAt));

        await agent.DisposeAsync();
        await one.Engine.Containers.Kill(before.Id);
        await Wait.Until("the swarm lets its network go", () => one.Engine.Networks.Remove(Alpha), Wait.Patience);
        await using var next = await Agent(one);
        await next.Report<SubnodeStarted>("alpha after all", r => r.Report > again.Report);
        Assert.Equal(before.Id, (await one.Container("alpha")).Id);
        Assert.Equal(Assert.Single(await Overlays()).Id, (await one.Container("alpha")).Networks[Alpha].NetworkId);
    }

    [Fact(Skip = NotAsked, SkipUnless = nameof(IsAsked))]
    public async Task another_choice_of_networks_reaches_what_runs_and_keeps_its_data()
    {
        long last;
        await using (var agent = await Agent(one, "bridge"))
        {
            await agent.Order(one.Assign(1, one.Subnode("alpha", 1)));
            last = (await agent.Report<SubnodeStarted>("alpha")).Report;
        }

        var bridged = await one.Container("alpha");
        Assert.Equal([one.NameOf("alpha")], bridged.Networks.Keys);
        await using (var agent = await Agent(one))
        {
            last = (await agent.Report<SubnodeStarted>("in the swarm", r => r.Report > last && r.Readings!.Any(l => l is { Limit: "overlay network", InForce: 1 }))).Report;
        }

        var overlaid = await one.Container("alpha");
        Assert.Equal((bridged.Id, bridged.State.StartedAt, true), (overlaid.Id, overlaid.State.StartedAt, overlaid.Networks.ContainsKey(Alpha)));
        await using var back = await Agent(one, "bridge");
        await back.Report<SubnodeFailed>("the foreign network", r => r.Reason.Contains($"it is in network '{Alpha}'", StringComparison.Ordinal));
        await back.Report<SubnodeStarted>("on its own", r => r.Report > last && r.ContainerId != bridged.Id);
        var alone = await one.Container("alpha");
        Assert.Equal([one.NameOf("alpha")], alone.Networks.Keys);
        Assert.Equal(bridged.Mounts.Single(m => m.Type == "volume").Name, alone.Mounts.Single(m => m.Type == "volume").Name);
    }

    [Fact(Skip = NotAsked, SkipUnless = nameof(IsAsked))]
    public async Task somebody_elses_network_of_that_name_is_left_alone()
    {
        await one.Engine.Networks.Create(new NetworkSpec { Name = Alpha, Driver = "overlay", Attachable = true });
        await using var agent = await Agent(one);
        await agent.Order(one.Assign(1, one.Subnode("alpha", 1)));
        Assert.Contains($"a network named '{Alpha}' is there already", (await agent.Report<SubnodeFailed>("alpha")).Reason, StringComparison.Ordinal);
        Assert.False((await one.Container("alpha")).State.Running);
        Assert.Empty((await one.Engine.Networks.Find(Alpha))!.Labels);
    }

    /// <summary>Enrolled: an assignment that comes earlier confirms nothing, and nothing is left over then.</summary>
    private static async Task<AgentProcess> Agent(EngineNode node, string networks = "overlay")
    {
        var agent = await node.Agent(("NodeAgent:ChainNetworks", networks), ("NodeAgent:SubnetPool", OwnEngine.SubnetPool), ("NodeAgent:VerifyEvery", "00:00:01"));
        await agent.Report<NodeEnrolled>("at start");
        return agent;
    }

    private async Task<IReadOnlyList<NetworkDetails>> Overlays() =>
        [.. (await one.Engine.Networks.List(new Dictionary<string, string> { [Label.Chain] = "" })).Where(n => n.Scope == "swarm")];

    private static async Task<bool> Reaches(ContainerDetails from, string address) => (await Inside(from, "/usr/bin/python3", "-c", $"""
        import socket
        try:
            socket.create_connection(("{address}", {SubnodeContainer.RpcPort}), 2)
            print("reached")
        except OSError as e:
            print(e)
        """)).Contains("reached", StringComparison.Ordinal);

    /// <summary>What the engine's name server tells a container.</summary>
    private static Task<string> Lookup(ContainerDetails from, string name) => Inside(from, "sh", "-c", $"{Repository.Tool("busybox")} nslookup {name} 127.0.0.11 || true");

    private static Task<string> Inside(ContainerDetails container, params string[] command) => HostTool.Run("nsenter", ["--target", $"{container.State.Pid}", "--net", .. command]);
}
