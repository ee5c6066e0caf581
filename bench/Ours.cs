using System.Text.Json;
using Skale.Contracts;
using Skale.Docker;
using Skale.Scheduler.Domain;
using Skale.Servers.Stack;

namespace Skale.Bench;

/// <summary>A chain bought at the contract, and carried to its containers by the services.</summary>
internal sealed class Ours(SkaleStack stack, DockerEngine engine, News news)
{
    private const int SixteenSlicesOnFour = 4;
    private int bought;

    /// <summary>What the scheduler ordered for the last chain, by node.</summary>
    public IReadOnlyList<(NodeId Node, Subnode Subnode)> Orders { get; private set; } = [];

    /// <summary>Begins with the request that sends the transaction; the chain is gone again when it ends.</summary>
    public async Task<Round> Run()
    {
        var chain = $"bench{++bought}";
        var began = DateTimeOffset.UtcNow;
        await stack.Manager.CreateChain(chain, SixteenSlicesOnFour, TimeSpan.FromDays(30));
        var events = await news.Until("creation_completed", chain);
        var orders = events.Where(e => e.Type == "subnodes_ordered").ToArray();
        Orders = [.. orders.SelectMany(e => e.Data.Deserialize<SubnodesOrdered>()!.Each()).Select(o => (o.Node, o.Subnode))];
        var labels = new Dictionary<string, string> { ["skale.network"] = stack.Network, ["skale.chain"] = chain };
        var round = await Round.Measure(engine, labels, began, events[^1].At, World.Nodes);

        await stack.Manager.DeleteChain(chain);
        await news.Until("removal_completed", chain);
        return round with { Ordered = orders.Max(e => e.At) - began };
    }
}
