using System.Collections.Immutable;
using Skale.Contracts;

namespace Skale.NodeAgent.Domain;

/// <summary>What this node is to run and to destroy: the half of a reconciliation that comes from the scheduler.</summary>
/// <param name="Confirmed">The scheduler has sent the full assignment since this agent started; only then is what is not listed a leftover.</param>
/// <param name="Removals">Chains whose data is to be destroyed, with the generation of the order.</param>
public sealed record Desired(
    NodeId Node, long Generation, bool Confirmed, ImmutableSortedDictionary<ChainName, Subnode> Subnodes, ImmutableSortedDictionary<ChainName, long> Removals);

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

    public ImmutableSortedDictionary<ChainName, Subnode> Subnodes { get; internal set; } = ImmutableSortedDictionary<ChainName, Subnode>.Empty;

    public ImmutableSortedDictionary<ChainName, long> Removals { get; internal set; } = ImmutableSortedDictionary<ChainName, long>.Empty;

    public ImmutableSortedDictionary<ChainName, Standing> Standings { get; internal set; } = ImmutableSortedDictionary<ChainName, Standing>.Empty;

    public Desired Desired => new(Node, Generation, Confirmed, Subnodes, Removals);

    public Standing StandingOf(ChainName chain) => Standings.GetValueOrDefault(chain, Standing.Starting);
}
