using System.Net;
using Skale.Contracts;
using Skale.Docker;
using Skale.Ethereum;
using Skale.NodeAgent;
using Skale.NodeAgent.Domain;
using Skale.Servers;
using Skale.Servers.Stack;

namespace Skale.Bench;

/// <summary>
/// The same containers as the agents make, without contract, services, bus and logs: each with its network and volume, all at the same time,
/// by somebody who knows all parameters beforehand and has nothing to look up, record or check.
/// </summary>
internal sealed class ByHand(string network, DockerEngine engine)
{
    private const uint MostProbes = 100;
    private static readonly NodeAgentOptions Defaults = new();
    private static readonly SubnetPool Subnets = SubnetPool.Parse(Defaults.SubnetPool)!;

    /// <summary>Begins with the first request to the engine; nothing is left when it ends.</summary>
    /// <param name="atOnce">How many are made at the same time.</param>
    public async Task<Round> Run(IReadOnlyList<(NodeId Node, Subnode Subnode)> orders, int atOnce)
    {
        var began = DateTimeOffset.UtcNow;
        await Parallel.ForEachAsync(orders, new ParallelOptions { MaxDegreeOfParallelism = atOnce }, async (order, _) => await Start(new Place(network, order.Node, Defaults.PublishAddress), order.Subnode));
        await Task.WhenAll(orders.Select(order => Answers(order.Subnode)));
        var answering = DateTimeOffset.UtcNow;
        var round = await Round.Measure(engine, new Dictionary<string, string> { ["skale.network"] = network }, began, answering, orders.Count);
        await Remove();
        return round;
    }

    public Task Remove() => DockerCleanUp.RemoveAll(network);

    private async Task Start(Place place, Subnode subnode)
    {
        var container = SubnodeContainer.Of(place, subnode);
        await Task.WhenAll(
            CreateNetwork(place, new Step.CreateNetwork(subnode.Chain, container.Name, subnode.Slot)),
            engine.Volumes.Create(DockerContainer.VolumeOf(place, new Step.CreateVolume(subnode.Chain, container.Name, null))));
        var spec = DockerContainer.SpecOf(container, Defaults.StopTimeout);
        var openFiles = Slice.Of(subnode, Defaults.Budget with { MostOpenFiles = KernelLimits.MostOpenFiles() })[Limit.OpenFiles];
        await engine.Containers.Create(spec with { Limits = spec.Limits with { Ulimits = [new Ulimit("nofile", openFiles, openFiles)] } });
        await engine.Containers.Start(container.Name);
    }

    /// <summary>In the agent's own subnet; what somebody else has taken is passed over, as the agent does.</summary>
    private async Task CreateNetwork(Place place, Step.CreateNetwork step)
    {
        for (uint probe = 0; ; probe++)
        {
            try
            {
                await engine.Networks.Create(DockerContainer.NetworkOf(place, step, IPNetwork.Parse(Subnets.Subnet(Subnets.StartFor(place.Node.Value, step.Slot), probe))));
                return;
            }
            catch (DockerException e) when (e.SubnetTaken && probe < MostProbes)
            {
            }
        }
    }

    private static async Task Answers(Subnode subnode)
    {
        using var rpc = new JsonRpcClient(new Uri($"http://{Defaults.PublishAddress}:{subnode.FirstPort + Subnode.HttpPortOffset}"));
        await Wait.Until($"chain {subnode.Chain} to answer", async () => await rpc.Send(Eth.ChainId()) == subnode.EvmChainId, Wait.Patience);
    }
}
