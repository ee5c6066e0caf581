using Skale.Contracts;
using Skale.Servers;

namespace Skale.NodeAgent.Tests;

/// <summary>The figures of a chain on the machine's real engine and kernel.</summary>
public sealed class ChainMeterTests
{
    [Fact]
    public async Task a_chain_is_counted_while_it_runs_and_not_after_it()
    {
        await using var node = await EngineNode.Open();
        await using var agent = await node.Agent();
        var subnode = node.Subnode("alpha", 1);
        await agent.Order(node.Start(subnode with { Limits = subnode.Limits with { DiskBytes = 32 << 20, NanoCpus = 100_000_000 } }));
        var started = await agent.Report<SubnodeStarted>("alpha");
        if (started.Readings!.First(r => r.Limit == "memory").SeenIn is "engine")
        {
            Assert.Skip("This process does not see the containers' control groups.");
        }

        var shown = Shown();
        Assert.InRange(shown["skale_chain_cpu_seconds_total"], 0.001, 1000);
        Assert.InRange(shown["skale_chain_memory_bytes"], 1 << 20, 128 << 20);
        Assert.InRange(shown["skale_chain_throttled_share"], 0, 1);
        Assert.True(shown["skale_chain_throttled_seconds_total"] >= 0);
        await Wait.Until("the bytes of the agent's questions and the height to be counted", () => Shown() is var now
            && now["skale_chain_network_in_bytes_total"] > 0 && now["skale_chain_network_out_bytes_total"] > 0 && now["skale_chain_block_height"] >= 0, Wait.Patience);
        if (started.Unenforced.All(u => !u.StartsWith("disk: ", StringComparison.Ordinal)))
        {
            Assert.InRange(shown["skale_chain_disk_used_bytes"], 1, 32 << 20);
        }

        await node.Engine.Containers.Kill(started.ContainerId);
        await agent.Report<SubnodeStarted>("alpha again", r => r.Report > started.Report);
        Assert.Equal(1, Shown()["skale_chain_restarts_total"]);
        await agent.Order(node.Remove("alpha", 2));
        await agent.Report<SubnodeRemoved>("alpha");
        await Wait.Until("alpha not to be counted", () => !Shown().ContainsKey("skale_chain_memory_bytes"), Wait.Patience);

        IReadOnlyDictionary<string, double> Shown() => agent.Figures($"node=\"{node.Id}\",chain=\"alpha\"");
    }
}
