namespace Skale.Contracts;

/// <summary>The hard limits of one subnode, as the machine enforces them.</summary>
/// <param name="NanoCpus">Processor time per second, in billionths of one CPU.</param>
/// <param name="MemoryBytes">Memory and swap together: swap is off.</param>
/// <param name="Pids">Processes and threads.</param>
/// <param name="OpenFiles">Per process. Null, as for all below: the node's agent divides what its operator gave the machine by slices.</param>
/// <param name="DiskBytes">Size of the data volume.</param>
/// <param name="IoBytesPerSecond">Bytes read, and as many written, at the data volume.</param>
/// <param name="IoPerSecond">Reads, and as many writes, at the data volume.</param>
/// <param name="NetworkBitsPerSecond">Towards the chain, and as much from it.</param>
public sealed record SliceLimits(
    long NanoCpus, long MemoryBytes, int Pids, int? OpenFiles = null, long? DiskBytes = null, long? IoBytesPerSecond = null, long? IoPerSecond = null,
    long? NetworkBitsPerSecond = null);

/// <summary>One limit of a running subnode: what was ordered, and what its machine showed when it was looked at.</summary>
/// <param name="Limit">Such as <c>memory</c> or <c>network out</c>.</param>
/// <param name="Unit">Of both figures.</param>
/// <param name="InForce">Null when none is in force.</param>
/// <param name="SeenIn">Where it was looked up: a file of the kernel, a tool's output, or the engine's inspection. Null when it could not be.</param>
public sealed record LimitReading(string Limit, string Unit, long Ordered, long? InForce, string? SeenIn);

/// <summary>Another member of a chain's group, as a node reaches it.</summary>
/// <param name="Address">IPv4 or IPv6, as the node is registered with.</param>
/// <param name="FirstPort">First of the 64 ports of the chain there.</param>
public sealed record Peer(NodeId Node, string Address, int FirstPort);

/// <summary>What one node runs for one chain.</summary>
/// <param name="EvmChainId">First 13 hex digits of the chain's hash.</param>
/// <param name="Slot">Place on the node, from 0; decides the ports.</param>
/// <param name="FirstPort">First of the 64 ports of the slot; the JSON-RPC endpoint is at <c>FirstPort + 3</c> (SKALE's port allocation).</param>
/// <param name="Image">The image to run.</param>
/// <param name="Generation">The node's generation at which this subnode was ordered.</param>
/// <param name="Limits">Of all its containers together.</param>
/// <param name="Peers">The group's other members: they, and nobody else, reach the ports that members speak on. Null when there are none, and from a scheduler that does not tell: nobody does.</param>
/// <param name="Sidecars">Containers beside the main one, in the order in which they start. Null for none.</param>
/// <param name="DataParts">What is cut off its disk. Null for nothing: one data volume.</param>
public sealed record Subnode(
    ChainName Chain, string ChainHash, long EvmChainId, int Slices, int Slot, int FirstPort, SliceLimits Limits, string Image, long Generation,
    IReadOnlyList<Peer>? Peers = null, IReadOnlyList<Sidecar>? Sidecars = null, IReadOnlyList<DataPart>? DataParts = null)
{
    /// <summary>Offset of the JSON-RPC (http) port in the slot's block of 64.</summary>
    public const int HttpPortOffset = 3;

    /// <summary>Ports per slot.</summary>
    public const int PortsPerSlot = 64;

    /// <summary>By value, that of its lists too: a repeated order is the same order.</summary>
    public bool Equals(Subnode? other) => other is not null
        && (Chain, ChainHash, EvmChainId, Slices, Slot, FirstPort) == (other.Chain, other.ChainHash, other.EvmChainId, other.Slices, other.Slot, other.FirstPort)
        && (Limits, Image, Generation) == (other.Limits, other.Image, other.Generation)
        && Peers.SameAs(other.Peers) && Sidecars.SameAs(other.Sidecars) && DataParts.SameAs(other.DataParts);

    public override int GetHashCode() => HashCode.Combine(Chain, Slot, FirstPort, Image, Generation, Peers?.Count, Sidecars?.Count, DataParts?.Count);
}

/// <summary>Order to one node: run this subnode. Generations of a node rise by one per order; after a gap the agent asks for its full assignment.</summary>
public sealed record StartSubnode(NodeId Node, long Generation, Subnode Subnode, DateTimeOffset At);

/// <summary>Orders to several nodes at once, each to run its subnode of one chain. All get the same message; what it orders of one of them, <see cref="For"/> tells.</summary>
/// <param name="Subnode">As the first of them is told, but for its peers.</param>
/// <param name="Peers">All members there are: each is told of the others.</param>
public sealed record StartSubnodes(Subnode Subnode, IReadOnlyList<NodeOrder> Orders, IReadOnlyList<Peer> Peers, DateTimeOffset At)
{
    /// <summary>The order to one node; null when the node is none of them.</summary>
    public StartSubnode? For(NodeId node)
    {
        if (Orders.FirstOrDefault(o => o.Node == node) is not { } order)
        {
            return null;
        }

        Peer[] others = [.. Peers.Where(p => p.Node != node)];
        return new(node, order.Generation, order.Of(Subnode, others.Length == 0 ? null : others), At);
    }
}

/// <summary>What one of several nodes is told that others are not.</summary>
/// <param name="Generation">The node's, as in an order to it alone.</param>
/// <param name="Limits">Null when they are the first one's.</param>
public sealed record NodeOrder(NodeId Node, long Generation, int Slot, int FirstPort, SliceLimits? Limits)
{
    /// <summary>What this node runs.</summary>
    /// <param name="first">What the first of them runs.</param>
    /// <param name="peers">The other members.</param>
    public Subnode Of(Subnode first, IReadOnlyList<Peer>? peers) =>
        first with { Slot = Slot, FirstPort = FirstPort, Limits = Limits ?? first.Limits, Generation = Generation, Peers = peers };
}

/// <summary>Order to one node: end the chain's subnode and destroy its data.</summary>
public sealed record RemoveSubnode(NodeId Node, long Generation, ChainName Chain, DateTimeOffset At);

/// <summary>Everything one node is to run, and everything it is to destroy: the answer to <see cref="NodeEnrolled"/> and <see cref="AssignmentRequested"/>.</summary>
/// <param name="Removals">Chains whose removal has been ordered and not yet confirmed by the node.</param>
public sealed record AssignNode(NodeId Node, long Generation, IReadOnlyList<Subnode> Subnodes, IReadOnlyList<ChainName> Removals, DateTimeOffset At);
