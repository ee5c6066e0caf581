using System.Globalization;
using Skale.Contracts;

namespace Skale.NodeAgent.Domain;

/// <summary>Whose agent this is, and where its chains can be reached.</summary>
/// <param name="Network">Nodes are numbered per network, and one machine may serve two.</param>
/// <param name="PublishAddress">Address of the host on which endpoints are published.</param>
public sealed record Place(string Network, NodeId Node, string PublishAddress)
{
    /// <summary>What the machine divides among its slices.</summary>
    public NodeBudget Budget { get; init; } = NodeBudget.Default;

    /// <summary>What everything of this agent carries on the engine; without them nothing is ever touched.</summary>
    public IReadOnlyDictionary<string, string> Labels => new Dictionary<string, string>
    {
        [Label.Network] = Network,
        [Label.Node] = Node.Value.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>Name of a chain's container, network and volume.</summary>
    public string NameOf(ChainName chain) => $"skale-{Network}-{Node}-{chain}";

    public bool Owns(IReadOnlyDictionary<string, string> labels) => Labels.All(mine => labels.GetValueOrDefault(mine.Key) == mine.Value);
}
