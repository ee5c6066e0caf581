using System.Collections.Immutable;
using Skale.Contracts;

namespace Skale.Metrics.Domain;

/// <summary>Where a node stands in the contract's registry.</summary>
public enum NodeStanding
{
    Active,
    Leaving,
    Left,

    /// <summary>Its registration was retracted.</summary>
    Unregistered,
}

/// <summary>Slices of a node held for one chain.</summary>
/// <param name="Slot">Place on the node, from 0.</param>
public sealed record ReservationView(ChainName Chain, int Slices, int Slot);

/// <summary>A registered machine with 128 slices, as the log tells of it.</summary>
/// <param name="Machine">What its agent enrolled with; null while no agent has.</param>
/// <param name="Generation">Number of the last order to its agent.</param>
/// <param name="AgentGeneration">Number of the last order its agent has spoken of.</param>
/// <param name="LastReportAt">When its agent was last heard of in the log; agents report changes only.</param>
/// <param name="Reservations">By slot.</param>
public sealed record NodeView(
    NodeId Id, string Name, string Owner, string Ip, string PublicIp, int Port, string DomainName, NodeStanding Standing, bool InMaintenance, bool Compliant,
    Machine? Machine, long Generation, long AgentGeneration, DateTimeOffset RegisteredAt, DateTimeOffset? LastReportAt,
    ImmutableSortedDictionary<int, ReservationView> Reservations)
{
    /// <summary>Slices of every node (TOTAL_SPACE_ON_NODE).</summary>
    public const int TotalSlices = 128;

    /// <summary>Kept from new chains by the operator.</summary>
    public bool Held { get; init; }

    /// <summary>Its operator has its chains moved away.</summary>
    public bool Draining { get; init; }

    /// <summary>Why its machine takes no chains that the scheduler places; null when it does.</summary>
    public string? Refusal { get; init; }

    /// <summary>Since when its agent has not been heard; null when it is.</summary>
    public DateTimeOffset? SilentSince { get; init; }

    // Not initialised once: a record copied with "with" would keep the number of the one it was copied from.
    public int Used => Reservations.Values.Sum(r => r.Slices);

    public int Free => TotalSlices - Used;

    internal NodeView Heard(DateTimeOffset at, long generation) =>
        this with { LastReportAt = at, AgentGeneration = Math.Max(AgentGeneration, generation) };

    internal NodeView Resize(ChainName chain, int slices) =>
        this with { Reservations = Reservations.SetItems(Reservations.Where(r => r.Value.Chain == chain).Select(r => KeyValuePair.Create(r.Key, r.Value with { Slices = slices }))) };

    internal NodeView Release(ChainName chain) =>
        this with { Reservations = Reservations.RemoveRange(Reservations.Where(r => r.Value.Chain == chain).Select(r => r.Key)) };
}
