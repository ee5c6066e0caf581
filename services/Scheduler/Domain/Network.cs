using System.Collections.Immutable;
using Skale.Contracts;

namespace Skale.Scheduler.Domain;

/// <summary>
/// The whole network in memory: every node and chain, folded from the log. One loop owns it. The aggregates inside are immutable records;
/// beside them stand two indexes: chains whose saga may have something to do, and the deadlines that run.
/// </summary>
public sealed class Network
{
    private readonly Queue<ChainName> attention = [];
    private readonly HashSet<ChainName> queued = [];
    private readonly SortedSet<(DateTimeOffset At, ChainName Chain)> deadlines = [];

    public string Name { get; internal set; } = "";

    /// <summary>Number of the last fact recorded.</summary>
    public long LastFact { get; internal set; }

    public SortedDictionary<NodeId, Node> Nodes { get; } = [];

    public Dictionary<ChainName, Chain> Chains { get; } = [];

    /// <summary>Agents that enrolled before their node's registration was final.</summary>
    public Dictionary<NodeId, NodeEnrolled> EarlyEnrolments { get; } = [];

    /// <summary>What the contract knows of nodes and chains, as far as facts tell.</summary>
    public ContractBooks Contract { get; } = new();

    /// <summary>What the facts that stand have changed, in their order.</summary>
    public List<FactEffect> Effects { get; } = [];

    /// <summary>As recorded at the last start.</summary>
    public SchedulingPolicy Policy { get; internal set; } = SchedulingPolicy.Default;

    /// <summary>When the next deadline passes; null when none runs.</summary>
    public DateTimeOffset? NextDeadline => deadlines.Count > 0 ? deadlines.Min.At : null;

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
    }

    internal void Set(Node node) => Nodes[node.Id] = node;

    internal void Change(NodeId node, Func<Node, Node> change) => Nodes[node] = change(Nodes[node]);

    /// <summary>Stores a changed chain and asks for its saga's attention.</summary>
    internal void Set(Chain chain)
    {
        if (Chains.TryGetValue(chain.Name, out var before) && before.Deadline is { } old)
        {
            deadlines.Remove((old, chain.Name));
        }

        if (chain.Deadline is { } at)
        {
            deadlines.Add((at, chain.Name));
        }

        Chains[chain.Name] = chain;
        Attend(chain.Name);
    }

    internal void Remember(FactEffect effect) => Effects.Add(effect);

    /// <summary>Nothing is left of the chain, and nobody wants it.</summary>
    internal void Forget(ChainName chain) => Chains.Remove(chain);

    internal bool IsRegistered(NodeId node) => Nodes.TryGetValue(node, out var known) && known.IsRegistered;

    internal void Change(ChainName chain, Func<Chain, Chain> change) => Set(change(Chains[chain]));

    internal void Attend(ChainName chain)
    {
        if (queued.Add(chain))
        {
            attention.Enqueue(chain);
        }
    }

    /// <summary>Every chain that still has a saga is looked at, in the order of purchase: the rules or the policy may be new.</summary>
    internal void AttendAll()
    {
        foreach (var chain in Chains.Values.Where(c => c.Phase is not (ChainPhase.Removed or ChainPhase.Refused)).OrderBy(c => c.Origin.Number))
        {
            Attend(chain.Name);
        }
    }

    /// <summary>Nodes may take more than before, or one is gone for good: every waiting chain is looked at again, oldest first.</summary>
    internal void AttendDeferred()
    {
        foreach (var (_, chain) in deadlines)
        {
            Attend(chain);
        }
    }

    /// <summary>Chains whose deadline has passed are looked at.</summary>
    internal void AttendOverdue(DateTimeOffset now)
    {
        foreach (var (_, chain) in deadlines.TakeWhile(d => d.At <= now))
        {
            Attend(chain);
        }
    }
}
