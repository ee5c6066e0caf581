using System.Collections.Immutable;
using Skale.Contracts;

namespace Skale.NodeAgent.Domain;

/// <summary>What this node is to run and to destroy: the half of a reconciliation that comes from the scheduler.</summary>
/// <param name="Confirmed">The scheduler has sent the full assignment since this agent started; only then is what is not listed a leftover.</param>
/// <param name="Removals">Chains whose data is to be destroyed, with the generation of the order.</param>
public sealed record Desired(
    NodeId Node, long Generation, bool Confirmed, ImmutableSortedDictionary<ChainName, Subnode> Subnodes, ImmutableSortedDictionary<ChainName, long> Removals)
{
    /// <summary>Chains that stand still until their operator's orders about their data are carried out.</summary>
    public ImmutableSortedDictionary<ChainName, DataRepair> Repairs { get; init; } = ImmutableSortedDictionary<ChainName, DataRepair>.Empty;

    /// <summary>Chains that have answered on restored data: what that replaced can go.</summary>
    public ImmutableSortedDictionary<ChainName, ReplacedData> Outlived { get; init; } = ImmutableSortedDictionary<ChainName, ReplacedData>.Empty;
}

/// <summary>How a subnode fared when it was last reported.</summary>
/// <param name="Started">As reported; null unless it runs.</param>
public sealed record Standing(SubnodeCondition Condition, string? Reason, SubnodeStarted? Started)
{
    public static Standing Starting { get; } = new(SubnodeCondition.Starting, null, null);
}

/// <summary>One node's part of the network, folded from its agent's own log.</summary>
public sealed class Assignment(NodeId node)
{
    public NodeId Node { get; } = node;

    /// <summary>Generation of the last order applied; 0 before the first.</summary>
    public long Generation { get; internal set; }

    /// <summary>Number of the last report.</summary>
    public long LastReport { get; internal set; }

    public bool Confirmed { get; internal set; }

    /// <summary>When a missing full assignment is to be asked for again; null when none is.</summary>
    public DateTimeOffset? AskAgainAt { get; internal set; }

    /// <summary>Whether it is time to ask. It is too when the time to ask is further away than any patience: the clock was put back since.</summary>
    public bool IsOverdue(DateTimeOffset now) => AskAgainAt is { } at && (at <= now || at - now > AssignmentDecider.Patience);

    public ImmutableSortedDictionary<ChainName, Subnode> Subnodes { get; internal set; } = ImmutableSortedDictionary<ChainName, Subnode>.Empty;

    public ImmutableSortedDictionary<ChainName, long> Removals { get; internal set; } = ImmutableSortedDictionary<ChainName, long>.Empty;

    /// <summary>Chains that were ordered again while their data was still being removed: the order was not followed, and is asked for when nothing is left.</summary>
    public ImmutableSortedSet<ChainName> Refused { get; internal set; } = [];

    public ImmutableSortedDictionary<ChainName, Standing> Standings { get; internal set; } = ImmutableSortedDictionary<ChainName, Standing>.Empty;

    /// <summary>What is to be done to chains' data.</summary>
    public ImmutableSortedDictionary<ChainName, DataRepair> Repairs { get; internal set; } = ImmutableSortedDictionary<ChainName, DataRepair>.Empty;

    /// <summary>What restores have replaced and is still there.</summary>
    public ImmutableSortedDictionary<ChainName, ReplacedData> Replaced { get; internal set; } = ImmutableSortedDictionary<ChainName, ReplacedData>.Empty;

    /// <summary>The removal of a chain overtakes what was to be done to its data.</summary>
    public Desired Desired => new(Node, Generation, Confirmed, Subnodes, Removals)
    {
        Repairs = Repairs.RemoveRange(Removals.Keys),
        Outlived = Replaced.IsEmpty ? Replaced : Replaced.RemoveRange(Replaced.Where(r => !HasServedSince(r.Key, r.Value.Report)).Select(r => r.Key)),
    };

    private bool HasServedSince(ChainName chain, long report) => StandingOf(chain).Started is { } started && started.Report > report;

    public Standing StandingOf(ChainName chain) => Standings.GetValueOrDefault(chain, Standing.Starting);
}
