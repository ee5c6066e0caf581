using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Skale.Contracts;

namespace Skale.NodeAgent.Domain;

/// <summary>What a node's operator allows beyond what every chain needs.</summary>
/// <param name="Pool">The range that chain networks are cut from: no chain reaches another's.</param>
/// <param name="MayReach">Address ranges of private networks that chains may reach besides their groups. Others are out of reach.</param>
/// <param name="ApiFrom">Address ranges that may reach the API ports; empty for everybody.</param>
public sealed record FirewallPolicy(string Pool, ImmutableArray<string> MayReach, ImmutableArray<string> ApiFrom)
{
    public static FirewallPolicy Default { get; } = new("10.128.0.0/9", [], []);
}

/// <summary>
/// Who may reach a chain and whom it may reach. Into its block of ports: the members of its group to the ports that members speak on, everybody to the API, nobody
/// to the rest. From the chain: never the machine itself, never another chain, of private networks only its group.
/// </summary>
/// <param name="FirstPort">Of the block of <see cref="Subnode.PortsPerSlot"/> ports.</param>
/// <param name="Peers">The other members; none when the order does not name them, which closes the ports they speak on.</param>
/// <param name="BitsPerSecond">At most that much leaves the chain; null without a limit.</param>
public sealed record ChainFirewall(int FirstPort, ImmutableArray<Peer> Peers, FirewallPolicy Policy, long? BitsPerSecond = null)
{
    /// <summary>Raised when the rules made from the same values change.</summary>
    private const string Version = "1";

    private const int MostDigestBits = 48; // No JSON reader rounds it.

    // SKALE's port allocation: proposal, catch-up, binary consensus, zmq broadcast, IMA rpc; ws, http, wss, https, info http.
    private static readonly ImmutableArray<int> PeerOffsets = [0, 1, 4, 5, 10];
    private static readonly ImmutableArray<int> ApiOffsets = [2, 3, 7, 8, 9];

    public int LastPort => FirstPort + Subnode.PortsPerSlot - 1;

    public IEnumerable<int> PeerPorts => PortsOf(FirstPort);

    public IEnumerable<int> ApiPorts => ApiOffsets.Select(o => FirstPort + o);

    /// <summary>Two firewalls with the same digest have the same rules. 48 bits of SHA-256.</summary>
    public long Digest => (long)(BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(Text))) >> (64 - MostDigestBits));

    private string Text => string.Join('\n', [
        Version, $"{FirstPort}", $"rate {BitsPerSecond}", .. Peers.Select(p => $"{p.Address} {p.FirstPort}"), $"pool {Policy.Pool}", .. Policy.MayReach.Select(r => $"reach {r}"), .. Policy.ApiFrom.Select(r => $"api {r}"),
    ]);

    public static ChainFirewall Of(Place place, Subnode subnode) => new(
        subnode.FirstPort, [.. (subnode.Peers ?? []).Where(p => p.Node != place.Node).OrderBy(p => p.Node)], place.Firewall,
        Slice.Of(subnode, place.Budget).TryGetValue(Limit.NetworkOut, out var rate) ? rate : null);

    public static IEnumerable<int> PortsOf(int firstPort) => PeerOffsets.Select(o => firstPort + o);
}
