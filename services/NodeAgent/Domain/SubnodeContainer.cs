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

    /// <summary>The image's reference as ordered: with a verifier, containers are made from the id it judged.</summary>
    public const string Image = "skale.image";

    /// <summary>Name of the sidecar; the main container has none.</summary>
    public const string Sidecar = "skale.sidecar";

    /// <summary>A sidecar's place in the order of starts, from 1.</summary>
    public const string Rank = "skale.rank";

    /// <summary>Digest of what a container was made from, limits apart: those can be changed while it runs.</summary>
    public const string Spec = "skale.spec";
}

/// <summary>What one container of a subnode is made from: the desired half of a comparison with what runs.</summary>
/// <param name="Name">On the engine.</param>
/// <param name="Sidecar">Null: it is the main container.</param>
public sealed record SubnodeContainer(Place Place, Subnode Subnode, string Name, string SpecHash, Sidecar? Sidecar = null)
{
    /// <summary>Where the chain's image listens for JSON-RPC.</summary>
    public const int RpcPort = 8545;

    /// <summary>Where the chain's image keeps its data.</summary>
    public const string DataFolder = "/data";

    public int HostPort => Subnode.FirstPort + Subnode.HttpPortOffset;

    public string Endpoint => $"http://{Place.PublishAddress}:{HostPort}";

    public string Image => Sidecar?.Image ?? Subnode.Image;

    /// <summary>Null keeps the image's.</summary>
    public IReadOnlyList<string>? Arguments => Sidecar is null ? ArgumentsOf(Subnode) : Sidecar.Arguments;

    /// <summary>Of the chain's network, its main container, and the volume that all its containers have.</summary>
    public string SetName => Place.NameOf(Subnode.Chain);

    /// <summary>For people.</summary>
    public string Title => Sidecar is null ? "container" : $"sidecar {Sidecar.Name}";

    /// <summary>Place in the order of starts: 0 is the main container.</summary>
    public int Rank => Sidecar is null ? 0 : 1 + Subnode.Sidecars!.TakeWhile(s => s.Name != Sidecar.Name).Count();

    /// <summary>All containers of the subnode in the order of their starts, the main one first.</summary>
    public ImmutableArray<SubnodeContainer> Set => Subnode.Sidecars is null ? [Main] : [Main, .. Subnode.Sidecars.Select(s => Of(Place, Subnode, s))];

    public SubnodeContainer Main => Sidecar is null ? this : Of(Place, Subnode);

    /// <summary>Those it has of the subnode's, the one at <see cref="DataFolder"/> first.</summary>
    public ImmutableArray<DataVolume> Volumes =>
        [.. DataVolume.Of(Place, Subnode).Where(v => Sidecar is null || v.Part is null || v.Part.Sidecars?.Contains(Sidecar.Name) == true)];

    /// <summary>What a sidecar is told of its chain; of the main container, nothing.</summary>
    public IReadOnlyDictionary<string, string> Environment => Sidecar is null
        ? ImmutableDictionary<string, string>.Empty
        : new Dictionary<string, string> { ["SKALE_CHAIN"] = Subnode.Chain.Value, ["SKALE_RPC"] = $"http://{SetName}:{RpcPort}" };

    /// <summary>What it may use.</summary>
    public ImmutableSortedDictionary<Limit, long> Asked
    {
        get
        {
            var asked = SliceDivision.Of(Subnode, Place.Budget, Sidecar);
            asked = Sidecar is null ? asked.Add(Limit.Firewall, Firewall.Digest) : asked;
            return Sidecar is null && Place.HasOverlays ? asked.Add(Limit.Overlay, 1) : asked;
        }
    }

    public ChainFirewall Firewall => ChainFirewall.Of(Place, Subnode);

    /// <summary>The main container.</summary>
    public static SubnodeContainer Of(Place place, Subnode subnode) => new(
        place, subnode, place.NameOf(subnode.Chain), Digest([
            "1", subnode.Image, $"{place.PublishAddress}:{subnode.FirstPort + Subnode.HttpPortOffset}:{RpcPort}", .. ArgumentsOf(subnode),
            .. DataVolume.Of(place, subnode).Skip(1).Select(v => v.Path),
        ]));

    private static SubnodeContainer Of(Place place, Subnode subnode, Sidecar sidecar)
    {
        var container = new SubnodeContainer(place, subnode, place.NameOf(subnode.Chain, sidecar.Name), "", sidecar);
        return container with
        {
            SpecHash = Digest(["1", sidecar.Name, sidecar.Image, .. container.Volumes.Skip(1).Select(v => v.Path), sidecar.Arguments is null ? "the image's arguments" : "arguments", .. sidecar.Arguments ?? []]),
        };
    }

    private static string Digest(IEnumerable<string> parts) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts))));

    private static string[] ArgumentsOf(Subnode subnode) => ["--chain-id", subnode.EvmChainId.ToString(CultureInfo.InvariantCulture)];
}
