using System.Collections.Immutable;
using Skale.Contracts;

namespace Skale.Metrics.Domain;

/// <summary>The last fact in the log.</summary>
/// <param name="RecordedAt">When the scheduler recorded it.</param>
public sealed record FactView(long Number, long BlockNumber, DateTimeOffset BlockTime, DateTimeOffset RecordedAt);

/// <summary>Events of one stored name that could not be read.</summary>
public sealed record Unread(long Count, long LastPosition, string Reason);

/// <summary>The whole network at one position of the scheduler's log. Immutable: whoever holds one may read it without a lock.</summary>
public sealed record NetworkView
{
    public static NetworkView Empty { get; } = new();

    /// <summary>As the scheduler recorded it at its start; empty before.</summary>
    public string Network { get; init; } = "";

    /// <summary>Position of the last event folded; 0 before the first.</summary>
    public long Position { get; init; }

    public DateTimeOffset? LastEventAt { get; init; }

    public FactView? LastFact { get; init; }

    /// <summary>As recorded at the scheduler's last start.</summary>
    public SchedulingPolicy? Policy { get; init; }

    public ImmutableSortedDictionary<NodeId, NodeView> Nodes { get; init; } = ImmutableSortedDictionary<NodeId, NodeView>.Empty;

    public ImmutableSortedDictionary<ChainName, ChainView> Chains { get; init; } = ImmutableSortedDictionary<ChainName, ChainView>.Empty;

    /// <summary>Agents that enrolled before their node's registration was final.</summary>
    public ImmutableSortedDictionary<NodeId, NodeEnrolled> EarlyEnrolments { get; init; } = ImmutableSortedDictionary<NodeId, NodeEnrolled>.Empty;

    /// <summary>By stored name: events whose name this version does not know, or whose data it cannot read.</summary>
    public ImmutableSortedDictionary<string, Unread> Unread { get; init; } = ImmutableSortedDictionary<string, Unread>.Empty;

    /// <summary>By subject and value: where the contract, when asked, says something else than the facts.</summary>
    public ImmutableSortedDictionary<(string Subject, string What), ManagerDiffers> Differences { get; init; } = ImmutableSortedDictionary<(string, string), ManagerDiffers>.Empty;

    /// <summary>Logs of the watched contracts that no fact is made of.</summary>
    public long UnmappedLogs { get; init; }

    public bool Simulated => Nodes.Values.Any(n => n.Machine is { Simulated: true });

    /// <summary>How a reservation's subnode fares.</summary>
    public MemberCondition ConditionOf(NodeId node, ChainName chain) =>
        Chains.TryGetValue(chain, out var c) && c.Members.TryGetValue(node, out var member) ? member.Condition : MemberCondition.Reserved;

    /// <summary>Members that hold slices, of all chains.</summary>
    public IEnumerable<(ChainView Chain, MemberView Member)> LiveMembers() =>
        from chain in Chains.Values from member in chain.Members.Values where member.Condition != MemberCondition.Released select (chain, member);

    internal NetworkView Change(NodeId node, Func<NodeView, NodeView> change) =>
        Nodes.TryGetValue(node, out var known) ? this with { Nodes = Nodes.SetItem(node, change(known)) } : this;

    internal NetworkView Change(ChainName chain, Func<ChainView, ChainView> change) =>
        Chains.TryGetValue(chain, out var known) ? this with { Chains = Chains.SetItem(chain, change(known)) } : this;
}
