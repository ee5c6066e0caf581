using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Skale.Contracts;

namespace Skale.NodeAgent.Domain;

/// <summary>The labels that say whose a container, network or volume is. Without ours nothing is ever touched.</summary>
public static class Label
{
    /// <summary>Nodes are numbered per network: one machine may serve two.</summary>
    public const string Network = "skale.network";

    public const string Node = "skale.node";
    public const string Chain = "skale.chain";
    public const string Generation = "skale.generation";

    /// <summary>Digest of what a container was made from, limits apart: those can be changed while it runs.</summary>
    public const string Spec = "skale.spec";
}

/// <summary>What one subnode's container is made from: the desired half of a comparison with what runs.</summary>
/// <param name="Name">Of container, network and volume.</param>
public sealed record SubnodeContainer(Place Place, Subnode Subnode, string Name, string SpecHash)
{
    /// <summary>Where the chain's image listens for JSON-RPC.</summary>
    public const int RpcPort = 8545;

    /// <summary>Where the chain's image keeps its data.</summary>
    public const string DataFolder = "/data";

    public int HostPort => Subnode.FirstPort + Subnode.HttpPortOffset;

    public string Endpoint => $"http://{Place.PublishAddress}:{HostPort}";

    public IReadOnlyList<string> Arguments => ArgumentsOf(Subnode);

    /// <summary>What it may use.</summary>
    public ImmutableSortedDictionary<Limit, long> Asked => Slice.Of(Subnode, Place.Budget);

    public static SubnodeContainer Of(Place place, Subnode subnode)
    {
        var parts = string.Join('\n', [
            "1", subnode.Image, $"{place.PublishAddress}:{subnode.FirstPort + Subnode.HttpPortOffset}:{RpcPort}", .. ArgumentsOf(subnode),
        ]);
        return new SubnodeContainer(place, subnode, place.NameOf(subnode.Chain), Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(parts))));
    }

    private static string[] ArgumentsOf(Subnode subnode) => ["--chain-id", subnode.EvmChainId.ToString(CultureInfo.InvariantCulture)];
}
