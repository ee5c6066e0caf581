using Skale.Contracts;

namespace Skale.Scheduler.Domain;

/// <summary>
/// What is drawn for a chain after its creation. The seed is made as for a creation (<see cref="SeededNumbers"/>), from the hash of the block of the last fact recorded, the
/// chain's hash, and the number of the chain's draw (1, 2 ... since its group was chosen) as a negative number, which no fact has.
/// </summary>
internal static class ChainDraw
{
    /// <summary>One of the candidates, by the draw that is the chain's next.</summary>
    public static PlacementRequest Request(Network network, Chain chain, NodeSet candidates) =>
        new(candidates, 1, Entropy(network, chain), chain.Hash, -(chain.Draws + 1))
        {
            OwnerOf = n => network.Nodes[n].Owner,
            OwnedBy = network.NodesOf,
            ParentHash = network.LastOrigin is { ParentHash: var parent } && Hashes.IsHash(parent) ? parent : chain.Origin.ParentHash,
        };

    /// <summary>A time for the next rotation: after the shortest interval, and as many whole seconds more as are drawn, up to the longest.</summary>
    public static RotationScheduled Time(Network network, Chain chain, RotationInterval interval, DateTimeOffset now)
    {
        var request = Request(network, chain, []);
        var numbers = new SeededNumbers(request);
        var more = numbers.Below((int)(interval.Longest - interval.Shortest).TotalSeconds + 1);
        return new RotationScheduled(chain.Name, now + interval.Shortest + TimeSpan.FromSeconds(more), request.BlockHash, chain.Draws + 1, numbers.Seed, now);
    }

    /// <summary>Any member.</summary>
    public static (NodeId Node, PlacementEvidence Evidence) Member(Network network, Chain chain)
    {
        var (group, evidence) = new UniformPlacement().Choose(Request(network, chain, [.. chain.Group]));
        return (group[0], evidence);
    }

    private static string Entropy(Network network, Chain chain) =>
        network.LastOrigin is { BlockHash: var hash } && Hashes.IsHash(hash) ? hash : chain.Origin.BlockHash;
}
