using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Skale.Contracts;

namespace Skale.NodeAgent.Domain;

/// <summary>Whose agent this is, and where its chains can be reached.</summary>
/// <param name="Network">Nodes are numbered per network, and one machine may serve two.</param>
/// <param name="PublishAddress">Address of the host on which endpoints are published.</param>
public sealed record Place(string Network, NodeId Node, string PublishAddress)
{
    private const int MostOverlayCharacters = 63, OverlayDigits = 16;

    /// <summary>What the machine divides among its slices.</summary>
    public NodeBudget Budget { get; init; } = NodeBudget.Default;

    public FirewallPolicy Firewall { get; init; } = FirewallPolicy.Default;

    /// <summary>The members of a chain meet in an overlay network of their swarm.</summary>
    public bool HasOverlays { get; init; }

    /// <summary>What everything of this agent carries on the engine; without them nothing is ever touched.</summary>
    public IReadOnlyDictionary<string, string> Labels => new Dictionary<string, string>
    {
        [Label.Network] = Network,
        [Label.Node] = Node.Value.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>What the names of a node's things on the machine begin with, but for its number.</summary>
    public static string PrefixOf(string network) => $"skale-{network}-";

    /// <summary>What the names of this node's containers, networks and volumes begin with, and all of its firewall table's.</summary>
    public string Prefix => $"{PrefixOf(Network)}{Node}";

    /// <summary>Name of a chain's main container, of its network, and of the volume that all its containers have.</summary>
    public string NameOf(ChainName chain) => $"{Prefix}-{chain}";

    /// <summary>Name of a sidecar's container, or of the volume of a part of the data. Before the chain's name, since a chain may be called like another one with anything behind it.</summary>
    /// <param name="of">Letters and digits only.</param>
    public string NameOf(ChainName chain, string of) => $"{Prefix}.{of}-{chain}";

    /// <summary>
    /// Name of the network in which a chain's members meet, the same on all machines. A swarm takes 63 letters, digits, '-' and '_', of which only the former at the ends; a chain
    /// whose name does not fit goes by its digest. No network's name has '_': it is nobody else's.
    /// </summary>
    public string OverlayOf(ChainName chain) => $"skale-{Network}_{chain}" is { Length: <= MostOverlayCharacters } name && IsPlain(chain.Value)
        ? name
        : $"skale-{Network}__{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(chain.Value)))[..OverlayDigits]}";

    /// <summary>The chain whose container, network or volume has the name; null when it is none of this node's.</summary>
    public ChainName? ChainOf(string name) => !name.StartsWith(Prefix, StringComparison.Ordinal) ? null : name[Prefix.Length..] switch
    {
        ['-', .. var chain] => new ChainName(chain),
        ['.', .. var rest] when rest.IndexOf('-', StringComparison.Ordinal) is > 0 and var dash => new ChainName(rest[(dash + 1)..]),
        _ => null,
    };

    private static bool IsPlain(string name) =>
        name.Length > 0 && char.IsAsciiLetterOrDigit(name[0]) && char.IsAsciiLetterOrDigit(name[^1]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    public bool Owns(IReadOnlyDictionary<string, string> labels) => Labels.All(mine => labels.GetValueOrDefault(mine.Key) == mine.Value);
}
