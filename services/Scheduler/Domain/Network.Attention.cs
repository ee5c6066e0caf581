using Skale.Contracts;

namespace Skale.Scheduler.Domain;

// Whom the sagas look at next, who waits, and until when.
public sealed partial class Network
{
    private readonly Queue<ChainName> attention = [];
    private readonly HashSet<ChainName> queued = [];
    private readonly SortedSet<(DateTimeOffset At, ChainName Chain)> deadlines;
    private readonly SortedSet<(DateTimeOffset At, NodeId Node)> drains;
    private readonly SortedSet<(bool IsNew, DateTimeOffset At, ChainName Chain)> waiting;
    private readonly SortedSet<NodeId> attendedNodes = [];

    /// <summary>When the next deadline passes; null when none runs.</summary>
    public DateTimeOffset? NextDeadline => (deadlines.Count, drains.Count) switch
    {
        (0, 0) => null,
        (0, _) => drains.Min.At,
        (_, 0) => deadlines.Min.At,
        _ => drains.Min.At < deadlines.Min.At ? drains.Min.At : deadlines.Min.At,
    };

    /// <summary>The next chain whose saga should be asked what follows; false when all are settled.</summary>
    internal bool TryTakeAttention(out Chain chain)
    {
        while (attention.TryDequeue(out var name))
        {
            queued.Remove(name);
            if (Chains.TryGetValue(name, out chain!))
            {
                return true;
            }
        }

        chain = null!;
        return false;
    }

    /// <summary>An input opens a new decision: what earlier ones left to look at was looked at before they were committed.</summary>
    internal void OpenDecision()
    {
        attention.Clear();
        queued.Clear();
        attendedNodes.Clear();
    }

    /// <summary>The next node whose drain should be looked at; null when all are settled.</summary>
    internal Node? TakeAttendedNode()
    {
        if (attendedNodes.Count == 0)
        {
            return null;
        }

        var node = attendedNodes.Min;
        attendedNodes.Remove(node);
        return Nodes[node];
    }

    /// <summary>Something about a node has changed that its chains' sagas look at.</summary>
    internal void AttendChainsOf(NodeId node)
    {
        foreach (var chain in Nodes[node].Reservations.Keys)
        {
            Attend(chain);
        }
    }

    internal void Attend(ChainName chain)
    {
        if (queued.Add(chain))
        {
            attention.Enqueue(chain);
        }
    }

    /// <summary>Every chain that still has a saga is looked at, in the order of purchase, of equal ones by name: the rules or the policy may be new.</summary>
    internal void AttendAll()
    {
        foreach (var chain in Chains.Values.Where(c => c.Phase is not (ChainPhase.Removed or ChainPhase.Refused)).OrderBy(c => c.Origin.Number).ThenBy(c => c.Name))
        {
            Attend(chain.Name);
        }

        attendedNodes.UnionWith(Departing);
    }

    /// <summary>Nodes may take more than before, or one is gone for good: every waiting chain is looked at again, first those with a member to replace, then the oldest.</summary>
    internal void AttendDeferred()
    {
        foreach (var (_, _, chain) in waiting)
        {
            Attend(chain);
        }
    }

    /// <summary>Chains and nodes whose deadline has passed are looked at.</summary>
    internal void AttendOverdue(DateTimeOffset now)
    {
        foreach (var (_, chain) in deadlines.TakeWhile(d => d.At <= now))
        {
            Attend(chain);
        }

        attendedNodes.UnionWith(drains.TakeWhile(d => d.At <= now).Select(d => d.Node));
    }

    private static (bool, DateTimeOffset, ChainName)? WaitOf(Chain chain) => chain switch
    {
        { HasGroup: true, Stalled: { } stall } => (false, stall.Since, chain.Name),
        { HasGroup: false, Deadline: { } deadline } => (true, deadline, chain.Name),
        _ => null,
    };

    private void Index(Node? before, Node node)
    {
        if (before?.DrainDeadline is { } old)
        {
            drains.Remove((old, node.Id));
        }

        if (node.DrainDeadline is { } deadline)
        {
            drains.Add((deadline, node.Id));
        }

        _ = node.Departs ? Departing.Add(node.Id) : Departing.Remove(node.Id);
    }

    private void Index(Chain? before, Chain? chain)
    {
        Move(deadlines, before?.NextDeadline is { } old ? (old, before.Name) : null, chain?.NextDeadline is { } at ? (at, chain.Name) : null);
        Move(waiting, before is null ? null : WaitOf(before), chain is null ? null : WaitOf(chain));
        if (before?.Dedicated != chain?.Dedicated)
        {
            _ = chain is { Dedicated: true } ? dedicated.Add(chain.Name) : dedicated.Remove((chain ?? before)!.Name);
        }
    }

    private static void Move<T>(SortedSet<T> index, T? before, T? after)
        where T : struct
    {
        if (EqualityComparer<T?>.Default.Equals(before, after))
        {
            return;
        }

        if (before is { } old)
        {
            index.Remove(old);
        }

        if (after is { } now)
        {
            index.Add(now);
        }
    }
}
