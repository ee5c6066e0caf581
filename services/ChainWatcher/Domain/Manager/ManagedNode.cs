using Skale.Contracts;

namespace Skale.ChainWatcher.Domain.Manager;

/// <summary>Numbers as the contract has them.</summary>
public enum NodeStatus
{
    Active = 0,
    Leaving = 1,
    Left = 2,
    InMaintenance = 3,
}

/// <summary>The end of a node's time in one chain's group.</summary>
/// <param name="FinishedAt">Seconds since 1970.</param>
public sealed record Leaving(string ChainHash, long FinishedAt);

/// <summary>A node as facts tell it. Times are seconds since 1970, 0 for never, as in the contract.</summary>
public sealed class ManagedNode(NodeRegistered e)
{
    public const int UnitsOfNode = 128;

    public NodeId Id { get; } = e.Node;

    public string Name { get; } = e.Name;

    public string Owner { get; } = e.Owner;

    public string Ip { get; internal set; } = e.Ip;

    /// <summary>Null when it may have changed silently, with the other address (skale-facts 1.3, trap 6).</summary>
    public string? PublicIp { get; internal set; } = e.PublicIp;

    public int Port { get; } = e.Port;

    /// <summary>As registered: it changes silently.</summary>
    public string DomainName { get; } = e.DomainName;

    public long StartBlock { get; } = e.Origin.BlockNumber;

    public NodeStatus Status { get; internal set; }

    public bool Compliant { get; internal set; } = true;

    public long FinishTime { get; internal set; }

    public long IpChangedAt { get; internal set; }

    public int FreeUnits { get; internal set; } = UnitsOfNode;

    public NodeSlots Slots { get; } = new();

    public List<Leaving> Leavings { get; } = [];

    /// <summary>Whether selections see it.</summary>
    public bool IsVisible => Status == NodeStatus.Active && Compliant;
}
