using System.Collections.Immutable;
using Skale.Contracts;

namespace Skale.Scheduler.Domain;

/// <summary>
/// The whole network in memory: every node and chain, folded from the log. One loop owns it. The aggregates inside are immutable records;
/// beside them stand indexes: whose saga may have something to do, who waits, and the deadlines that run.
/// </summary>
public sealed partial class Network
{
    private readonly HashSet<ChainName> dedicated;

    public Network() => (deadlines, drains, waiting, dedicated, Holdings) = ([], [], [], [], new());

    private Network(Network other) => (deadlines, drains, waiting, dedicated, Holdings) =
        (new(other.deadlines), new(other.drains), new(other.waiting), [.. other.dedicated], new(other.Holdings));

    public string Name { get; internal set; } = "";

    /// <summary>Number of the last fact recorded.</summary>
    public long LastFact { get; internal set; }

    /// <summary>Where the last fact comes from: the entropy of what is drawn later; null before the first.</summary>
    public FactOrigin? LastOrigin { get; internal set; }

    public NodeDictionary Nodes { get; private init; } = new();

    /// <summary>Which of them take a chain. A fork makes its own.</summary>
    internal Room Room { get; } = new();

    /// <summary>Nodes whose chains are to be moved away, or that are lost.</summary>
    internal SortedSet<NodeId> Departing { get; private init; } = [];

    public Dictionary<ChainName, Chain> Chains { get; private init; } = [];

    /// <summary>Agents that enrolled before their node's registration was final.</summary>
    public Dictionary<NodeId, NodeEnrolled> EarlyEnrolments { get; private init; } = [];

    /// <summary>Every request over the API that was ever recorded, by its id.</summary>
    public Dictionary<Guid, RequestRecord> Requests { get; private init; } = [];

    /// <summary>How many events are folded in: the log's position, but for <c>relay_skipped</c>, which are not the scheduler's own.</summary>
    public long Recorded { get; internal set; }

    /// <summary>What the contract knows of nodes and chains, as far as facts tell.</summary>
    public ContractBooks Contract { get; internal set; } = new();

    /// <summary>What the facts that stand have changed, in their order.</summary>
    public List<FactEffect> Effects { get; private init; } = [];

    /// <summary>By subject and value: when the watcher last told of a difference between the facts and the contract.</summary>
    public Dictionary<(string Subject, string What), DateTimeOffset> DifferencesTold { get; private init; } = [];

    /// <summary>Which reports about chains' data are recorded, by node and number.</summary>
    public HashSet<(NodeId Node, long Report)> DataReports { get; private init; } = [];

    /// <summary>As recorded at the last start.</summary>
    public SchedulingPolicy Policy { get; internal set; } = SchedulingPolicy.Default;

    /// <summary>What each owner has.</summary>
    internal Holdings Holdings { get; }

    /// <summary>Whether any chain has nodes of its own.</summary>
    internal bool HasDedicated => dedicated.Count > 0;

    /// <summary>The same network, to go its own way. Its contract's books share memory with these: both belong to one loop, unless nobody changes the fork.</summary>
    internal Network Fork() => new(this)
    {
        Name = Name,
        LastFact = LastFact,
        LastOrigin = LastOrigin,
        Recorded = Recorded,
        Policy = Policy,
        Nodes = new(Nodes),
        Departing = new(Departing),
        Chains = new(Chains),
        EarlyEnrolments = new(EarlyEnrolments),
        Requests = new(Requests),
        Contract = Contract.Fork(),
        Effects = [.. Effects],
        DifferencesTold = new(DifferencesTold),
        DataReports = [.. DataReports],
    };

    internal void Set(Node changed)
    {
        var node = (changed is { Draining: true, IsToBeDrained: false } ? changed with { Draining = false, DrainDeadline = null } : changed) with { Version = Recorded };
        Put(node);
        if (node.Departs || node.Draining)
        {
            attendedNodes.Add(node.Id);
        }
    }

    internal void Change(NodeId node, Func<Node, Node> change) => Set(change(Nodes[node]));

    /// <summary>Stores a changed chain and asks for its saga's attention.</summary>
    internal void Set(Chain chain)
    {
        Put(chain with { Version = Recorded });
        Attend(chain.Name);
    }

    /// <summary>As it was: neither changed now nor to be looked at.</summary>
    internal void Restore(Node node) => Put(node);

    /// <inheritdoc cref="Restore(Node)"/>
    internal void Restore(Chain chain) => Put(chain);

    internal void Remember(FactEffect effect) => Effects.Add(effect);

    /// <summary>Nothing is left of the chain, and nobody wants it.</summary>
    internal void Forget(ChainName chain)
    {
        if (Chains.Remove(chain, out var gone))
        {
            Holdings.Replace(gone, null);
            Index(gone, null);
        }
    }

    /// <summary>All nodes of an owner. Not to be changed.</summary>
    internal NodeSet NodesOf(string owner) => Room.OwnedBy(owner, Nodes.Values);

    internal bool IsRegistered(NodeId node) => Nodes.TryGetValue(node, out var known) && known.IsRegistered;

    internal void Change(ChainName chain, Func<Chain, Chain> change) => Set(change(Chains[chain]));

    private void Put(Node node)
    {
        var before = Nodes.GetValueOrDefault(node.Id);
        Nodes.Set(node);
        Room.Set(before, node);
        Index(before, node);
    }

    private void Put(Chain chain)
    {
        var before = Chains.GetValueOrDefault(chain.Name);
        Chains[chain.Name] = chain;
        Holdings.Replace(before, chain);
        Index(before, chain);
    }
}
