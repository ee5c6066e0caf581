using System.Diagnostics;
using System.Text.Json;
using Skale.Ethereum;
using Skale.Ethereum.Development;
using Skale.Metrics.Api;

namespace Skale.Cli.Embedded;

/// <summary>The main job from an Ethereum block to running containers and back, played and checked through the same API that users have.</summary>
internal sealed class Story(StoryStage stage)
{
    private const string Recipient = "0x000000000000000000000000000000000000beef";
    private const long Wei = 1_000_000_007;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly IReadOnlyList<(string Name, (int Slices, int GroupSize) Type, int[]? Group)> chains = SampleChains.For(stage.Nodes);

    public async Task Play(CancellationToken cancellation)
    {
        await Step($"{stage.Nodes} nodes are registered and their agents enrolled", async () =>
            (await stage.Api.Get<StatusAnswer>("api/status", cancellation)).Counts.Agents == stage.Nodes);
        var bought = await SampleChains.Buy(stage.Contract, cancellation);
        if (chains.Select(c => c.Name).Except(bought).ToArray() is { Length: > 0 } known)
        {
            throw new StoryFailedException($"Bought before, and names are never sold twice: {string.Join(", ", known)}. The story needs a new network.");
        }

        foreach (var (name, type, _) in chains)
        {
            await Step($"chain {name} is active: {type.Slices} slices on each of {type.GroupSize} nodes", async () => await PhaseOf(name, cancellation) == "active");
        }

        if (!stage.Simulate)
        {
            await Containers(cancellation);
        }

        await Remove(chains[0].Name, cancellation);
        await Step($"history of {chains[0].Name} has every step, in order, each with its cause", () => HasWholeHistory(chains[0], cancellation));
        foreach (var (name, _, _) in chains.Skip(1))
        {
            await Remove(name, cancellation);
        }

        await Step("all slices are free", async () => (await stage.Api.Get<StatusAnswer>("api/status", cancellation)).Counts.SlicesUsed == 0);
        if (!stage.Simulate)
        {
            await Step("the engine holds nothing of this network", async () => await EngineCheck.CountOf(stage.Network, null, cancellation) == 0);
        }
    }

    private async Task Containers(CancellationToken cancellation)
    {
        var running = await stage.Api.Get<ChainAnswer[]>("api/chains", cancellation);
        foreach (var chain in running)
        {
            await Step($"each node of {chain.Name} answers with chain id {chain.EvmChainId}", async () =>
            {
                foreach (var member in chain.Group)
                {
                    using var rpc = new JsonRpcClient(new Uri(member.Endpoint!));
                    if (await rpc.Send(Eth.ChainId(), cancellation) != chain.EvmChainId)
                    {
                        return false;
                    }
                }

                return true;
            });
        }

        if (running is not [var first, var second, ..])
        {
            return;
        }

        await Step($"what is written on {first.Name} is there and not on {second.Name}", async () =>
        {
            using var here = new JsonRpcClient(new Uri(first.Group[0].Endpoint!));
            using var there = new JsonRpcClient(new Uri(second.Group[0].Endpoint!));
            await (await UnlockedAccount.First(here, cancellation)).Send(Recipient, [], Wei, cancellation);
            return await here.Send(Eth.Balance(Recipient, BlockTag.Latest), cancellation) > 0 && await there.Send(Eth.Balance(Recipient, BlockTag.Latest), cancellation) == 0;
        });
    }

    private async Task Remove(string chain, CancellationToken cancellation)
    {
        await stage.Contract.Manager.DeleteChain(chain, cancellation);
        await Step($"chain {chain} is deleted on-chain and removed: slices free{(stage.Simulate ? "" : ", container, network and volume gone")}", async () =>
            await PhaseOf(chain, cancellation) == "removed"
            && (await stage.Api.Get<NodeAnswer[]>("api/nodes", cancellation)).All(n => n.Reservations.All(r => r.Chain != chain))
            && (stage.Simulate || await EngineCheck.CountOf(stage.Network, chain, cancellation) == 0));
    }

    private async Task<bool> HasWholeHistory((string Name, (int Slices, int GroupSize) Type, int[]? Group) chain, CancellationToken cancellation)
    {
        var entries = (await stage.Api.Get<HistoryAnswer>($"api/history/chain/{chain.Name}", cancellation)).Entries;
        var counts = entries.GroupBy(e => e.Type).ToDictionary(g => g.Key, g => g.Count());
        string[] once = ["chain_bought", "group_chosen", "creation_completed", "chain_deleted", "removal_completed"];
        string[] each = ["subnode_started", "subnode_removal_ordered", "subnode_removed", "slices_released"];
        string[] order = ["chain_bought", "group_chosen", "ordered", "subnode_started", "creation_completed", "chain_deleted", "subnode_removal_ordered", "subnode_removed", "removal_completed"];
        var firsts = order.Select(type => entries.First(e => e.Type == type || (type == "ordered" && e.Type is ("subnode_ordered" or "subnodes_ordered"))).Position).ToArray();
        return once.All(type => counts[type] == 1)
            && entries.Sum(e => e.Type == "subnodes_ordered" ? e.Data.GetProperty("Orders").GetArrayLength() : e.Type == "subnode_ordered" ? 1 : 0) == chain.Type.GroupSize
            && each.All(type => counts[type] == chain.Type.GroupSize)
            && firsts.SequenceEqual(firsts.Order())
            && entries.All(e => e.Cause is not null);
    }

    private async Task<string> PhaseOf(string chain, CancellationToken cancellation) =>
        (await stage.Api.Get<ChainAnswer[]>("api/chains", cancellation)).FirstOrDefault(c => c.Name == chain)?.Phase ?? "unknown";

    private static async Task Step(string what, Func<Task<bool>> holds)
    {
        var clock = Stopwatch.StartNew();
        Exception? last = null;
        while (clock.Elapsed < Patience)
        {
            try
            {
                if (await holds())
                {
                    Console.WriteLine($"  ok  {what}  ({clock.Elapsed.TotalSeconds:0.0} s)");
                    return;
                }
            }
            catch (Exception e) when (e is HttpRequestException or IOException or JsonException or RpcTransportException or RpcException or KeyNotFoundException or InvalidOperationException)
            {
                last = e;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }

        throw new StoryFailedException($"Not within {Patience.TotalSeconds:0} s: {what}.{(last is null ? "" : $" Last error: {last.Message}")}");
    }
}

/// <summary>A step of the story did not come true.</summary>
internal sealed class StoryFailedException(string message) : Exception(message);
