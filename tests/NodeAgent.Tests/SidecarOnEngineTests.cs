using Skale.Contracts;
using Skale.Docker;
using Skale.NodeAgent.Domain;
using Skale.Servers;

namespace Skale.NodeAgent.Tests;

/// <summary>A subnode of several containers and volumes on the machine's real engine and kernel.</summary>
public sealed class SidecarOnEngineTests : IAsyncLifetime
{
    private const long DiskBytes = 64 << 20, IoBytes = 16 << 20;
    private EngineNode node = null!;
    private string box = "";

    public async ValueTask InitializeAsync()
    {
        node = await EngineNode.Open();
        box = await TestImages.Box(node.Engine);
    }

    public async ValueTask DisposeAsync() => await node.DisposeAsync();

    [Fact]
    public async Task the_set_starts_in_order_and_each_container_has_its_own_limits()
    {
        await using var agent = await node.Agent();
        var subnode = Subnode(1);
        await agent.Order(node.Start(subnode));
        var started = await agent.Report<SubnodeStarted>("alpha");
        Assert.Equal(["talk", "idle"], started.Sidecars!.Select(s => s.Name));
        Assert.Equal(subnode.Limits, started.Limits);
        var set = SubnodeContainer.Of(node.Place, subnode).Set;
        var containers = await Task.WhenAll(set.Select(c => Find(c.Name)));
        Assert.Equal(containers.Select(c => c.Id), started.Sidecars!.Select(s => s.ContainerId).Prepend(started.ContainerId));
        Assert.Equal(containers.Select(c => c.State.StartedAt).Order(), containers.Select(c => c.State.StartedAt));
        foreach (var (wanted, container, told) in set.Zip(containers, started.Sidecars!.Select(s => s.Readings).Prepend(started.Readings!)))
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"{wanted.Title}: {string.Join("; ", told.Select(r => $"{r.Limit} {r.Ordered} in force {r.InForce} ({r.SeenIn})"))}");
            Assert.Equal((wanted.Asked[Limit.Cpu], wanted.Asked[Limit.Memory], wanted.Asked[Limit.Pids]), (container.Limits.NanoCpus, container.Limits.MemoryBytes, container.Limits.PidsLimit));
            Assert.Equal(wanted.Asked.Keys.Select(l => l.Name()), told.Select(r => r.Limit));
            if (KernelLimits.Of(container.State.Pid, container.Id) is { } kernel)
            {
                Assert.True(Limit.Memory.IsMetBy(wanted.Asked[Limit.Memory], kernel.Memory().Value!.Value) && Limit.Cpu.IsMetBy(wanted.Asked[Limit.Cpu], kernel.Cpu().Value!.Value));
            }

            foreach (var reading in told.Where(r => !started.Unenforced.Any(u => u.Contains($"{r.Limit}: ", StringComparison.Ordinal))))
            {
                Assert.True(reading.InForce <= reading.Ordered, $"{wanted.Title}: {reading}");
            }
        }
    }

    [Fact]
    public async Task the_data_is_shared_split_as_ordered_and_the_chain_can_be_asked()
    {
        await using var agent = await node.Agent();
        var subnode = Subnode(1);
        await agent.Order(node.Start(subnode));
        var started = await agent.Report<SubnodeStarted>("alpha");
        var (main, talk, idle) = (await Find(node.NameOf("alpha")), await Find(Name("talk")), await Find(Name("idle")));
        if (KernelLimits.Of(main.State.Pid, main.Id) is null)
        {
            Assert.Skip("This process does not see the containers' files.");
        }

        // The sidecar asks the chain for its id over their network and leaves the answer in the part that both have.
        var answer = $"/proc/{main.State.Pid}/root/data/common/answer";
        await Wait.Until("the sidecar's answer in the main container", () => File.Exists(answer) && File.ReadAllText(answer).Contains($"0x{subnode.EvmChainId:x}", StringComparison.Ordinal), Wait.Patience);
        Assert.Equal("alpha", (await File.ReadAllTextAsync($"/proc/{talk.State.Pid}/root/data/common/chain")).Trim());
        await Wait.Until("the chain's state to be seen by its sidecars", () => new[] { talk, idle }.All(s => Directory.EnumerateFiles($"/proc/{s.State.Pid}/root/data").Any()), Wait.Patience);
        Assert.Empty(Directory.EnumerateFileSystemEntries($"/proc/{idle.State.Pid}/root/data/common"));
        if (started.Unenforced.FirstOrDefault(u => u.StartsWith("disk: ", StringComparison.Ordinal) && DataVolumes.CannotGrow is null) is { } reason)
        {
            Assert.Skip(reason);
        }

        var sizes = LoopDevices.Backed().Where(l => l.File.StartsWith(node.Volumes, StringComparison.Ordinal)).Select(l => new FileInfo(l.File).Length).Order();
        Assert.Equal([DiskBytes / 4, DiskBytes - (DiskBytes / 4)], sizes);
        Assert.Equal(DiskBytes, started.Readings!.Single(r => r.Limit == "disk").InForce);
    }

    [Fact]
    public async Task a_sidecar_killed_by_hand_comes_back_without_the_chain_being_touched()
    {
        await using var agent = await node.Agent();
        await agent.Order(node.Start(Subnode(1)));
        var first = await agent.Report<SubnodeStarted>("alpha");
        var (main, idle) = (await Find(node.NameOf("alpha")), await Find(Name("idle")));
        await node.Engine.Containers.Kill(Name("talk"));
        await agent.Report<SubnodeFailed>("the end of a sidecar", r => r.Reason.StartsWith("sidecar talk: its container ended with exit code", StringComparison.Ordinal));
        await agent.Report<SubnodeStarted>("alpha again", r => r.Report > first.Report);
        Assert.True((await Find(Name("talk"))).State.Running);
        Assert.Equal((main.State.StartedAt, idle.State.StartedAt), ((await Find(node.NameOf("alpha"))).State.StartedAt, (await Find(Name("idle"))).State.StartedAt));
    }

    [Fact]
    public async Task a_chain_gets_sidecars_changes_them_and_loses_them_while_it_runs()
    {
        await using var agent = await node.Agent();
        var subnode = Subnode(1);
        await agent.Order(node.Start(subnode with { Sidecars = null, DataParts = null }));
        await agent.Report<SubnodeStarted>("alpha", r => r.Generation == 1);
        var before = await Find(node.NameOf("alpha"));

        await agent.Order(node.Start(subnode with { Generation = 2, DataParts = null }));
        await agent.Report<SubnodeStarted>("alpha with sidecars", r => r.Generation == 2 && r.Sidecars?.Count == 2);
        var idle = await Find(Name("idle"));
        Assert.Equal(SubnodeContainer.Of(node.Place, subnode).Asked[Limit.Memory], (await Find(node.NameOf("alpha"))).Limits.MemoryBytes);

        await agent.Order(node.Start(subnode with { Generation = 3, DataParts = null, Sidecars = [subnode.Sidecars![0] with { Arguments = ["sleep", "1000"] }, subnode.Sidecars[1]] }));
        await agent.Report<SubnodeStarted>("alpha with another sidecar", r => r.Generation == 3);
        Assert.Equal(["sleep", "1000"], (await Find(Name("talk"))).Command);
        Assert.Equal((idle.Id, idle.State.StartedAt), ((await Find(Name("idle"))).Id, (await Find(Name("idle"))).State.StartedAt));

        await agent.Order(node.Start(subnode with { Generation = 4, Sidecars = null, DataParts = null }));
        Assert.Null((await agent.Report<SubnodeStarted>("alpha alone", r => r.Generation == 4)).Sidecars);
        Assert.Equal((1, 1, 1), await node.Count());
        var after = await Find(node.NameOf("alpha"));
        Assert.Equal((before.Id, before.State.StartedAt, subnode.Limits.MemoryBytes), (after.Id, after.State.StartedAt, after.Limits.MemoryBytes));
    }

    [Fact]
    public async Task removal_leaves_nothing_of_any_container_or_volume()
    {
        await using var agent = await node.Agent();
        await agent.Order(node.Start(Subnode(1)));
        await agent.Report<SubnodeStarted>("alpha");
        Assert.Equal((3, 1, 2), await node.Count());
        await agent.Order(node.Remove("alpha", 2));
        await agent.Report<SubnodeRemoved>("alpha");
        Assert.Equal((0, 0, 0), await node.Count());
        Assert.Empty(new DataVolumes(node.Volumes, node.Place).All());
        Assert.DoesNotContain(LoopDevices.Backed(), l => l.File.StartsWith(node.Volumes, StringComparison.Ordinal));
    }

    [Fact]
    public async Task a_sidecar_s_image_is_judged_like_the_chain_s_and_nothing_is_made_without_it()
    {
        await using var agent = await node.Agent();
        var subnode = Subnode(1);
        await agent.Order(node.Start(subnode with { Sidecars = [subnode.Sidecars![0], subnode.Sidecars[1] with { Image = "skale-test-box:1" }] }));
        Assert.StartsWith("sidecar idle: image 'skale-test-box:1' is not named by digest", (await agent.Report<SubnodeFailed>("alpha")).Reason, StringComparison.Ordinal);
        Assert.Equal((0, 0, 0), await node.Count());
    }

    private Subnode Subnode(long generation)
    {
        const string Talk = "echo $SKALE_CHAIN >/data/common/chain; until wget -q -O /data/common/answer --header 'Content-Type: application/json' "
            + """--post-data '{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[]}' $SKALE_RPC; do sleep 0.2; done; exec sleep 1000000""";
        var subnode = node.Subnode("alpha", generation);
        return subnode with
        {
            Limits = subnode.Limits with { DiskBytes = DiskBytes, IoBytesPerSecond = IoBytes, NetworkBitsPerSecond = 80_000_000 },
            Sidecars = [new("talk", box, new(200, 200, 200, 100), ["sh", "-c", Talk]), new("idle", box, new(100, 100, 200, 100), ["sleep", "1000000"])],
            DataParts = [new("common", 250, ["talk"])],
        };
    }

    private string Name(string sidecar) => node.Place.NameOf(new("alpha"), sidecar);

    private async Task<ContainerDetails> Find(string name) => await node.Engine.Containers.Find(name) ?? throw new InvalidOperationException($"No container {name}.");
}
