namespace Skale.Contracts;

/// <summary>What a machine really has, as its agent found it.</summary>
/// <param name="DiskBytes">Size of the file system that holds the engine's data.</param>
/// <param name="Simulated">No containers are run: a rehearsal.</param>
/// <param name="VolumeBytes">Disk that its operator gave the data of all chains. Null, as for all below: not limited, or not told.</param>
/// <param name="IoBytesPerSecond">Bytes that all chains may read from their data, and as many to write.</param>
/// <param name="IoPerSecond">Reads, and as many writes, of all chains.</param>
/// <param name="NetworkBitsPerSecond">Towards all chains, and as much from them.</param>
public sealed record Machine(
    string HostName, int Cpus, long MemoryBytes, long DiskBytes, string EngineVersion, string EngineApiVersion, string OperatingSystem, bool Simulated,
    long? VolumeBytes = null, long? IoBytesPerSecond = null, long? IoPerSecond = null, long? NetworkBitsPerSecond = null);

/// <summary>How a subnode fares.</summary>
public enum SubnodeCondition
{
    /// <summary>Ordered, not yet answering.</summary>
    Starting,

    /// <summary>Its endpoint answers with its own chain id.</summary>
    Running,

    /// <summary>It could not be started or does not answer; the agent goes on trying.</summary>
    Failing,
}

/// <summary>One subnode as its agent sees it.</summary>
public sealed record SubnodeStatus(ChainName Chain, long Generation, SubnodeCondition Condition, string? Reason);

/// <summary>Said by an agent, numbered per node: of how the node and its subnodes fare, a receiver drops what is older than what it knows.</summary>
public interface IReport
{
    NodeId Node { get; }

    /// <summary>1, 2, 3 ... per node.</summary>
    long Report { get; }
}

/// <summary>An agent has started: its machine, the last generation it knows, and how its subnodes fare. Answered with <see cref="AssignNode"/>.</summary>
public sealed record NodeEnrolled(NodeId Node, long Report, Machine Machine, long Generation, IReadOnlyList<SubnodeStatus> Subnodes, DateTimeOffset At) : IReport;

/// <summary>An agent saw a gap in its generations. Answered with <see cref="AssignNode"/>.</summary>
public sealed record AssignmentRequested(NodeId Node, long Report, long Generation, DateTimeOffset At) : IReport;

/// <summary>A subnode runs and answers, and its sidecars run.</summary>
/// <param name="Generation">Of the order it was started by (<see cref="Subnode.Generation"/>); a report about an older order is dropped.</param>
/// <param name="ImageDigest">sha256 of what really runs.</param>
/// <param name="Endpoint">URL of its JSON-RPC endpoint.</param>
/// <param name="Unenforced">Limits this host cannot enforce, each with its reason; empty when all hold.</param>
/// <param name="Readings">Every limit that was ordered, as inspection of the running container showed it; null from agents that did not tell.</param>
/// <param name="Image">Where what runs comes from; null from agents that did not tell.</param>
/// <param name="Sidecars">Its other containers, in the order of the order; null when there are none. <paramref name="Readings"/> are the main container's.</param>
public sealed record SubnodeStarted(
    NodeId Node, long Report, ChainName Chain, long Generation, string ContainerId, string ImageDigest, string Endpoint, SliceLimits Limits,
    IReadOnlyList<string> Unenforced, DateTimeOffset At, IReadOnlyList<LimitReading>? Readings = null, ImageOrigin? Image = null,
    IReadOnlyList<RunningSidecar>? Sidecars = null) : IReport;

/// <summary>A subnode could not be started or stopped answering; the agent goes on trying.</summary>
public sealed record SubnodeFailed(NodeId Node, long Report, ChainName Chain, long Generation, string Reason, DateTimeOffset At) : IReport;

/// <summary>Container, network and volume of a subnode are gone.</summary>
public sealed record SubnodeRemoved(NodeId Node, long Report, ChainName Chain, long Generation, DateTimeOffset At) : IReport;

/// <summary>An agent lives: said every few seconds, kept by nobody. No report, and not in the agent's log.</summary>
public sealed record NodeHeartbeat(NodeId Node, DateTimeOffset At)
{
    /// <summary>How often it is said.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
}

/// <summary>A node's agent has been silent for so long that the node counts as lost: its members of chains that the scheduler placed are replaced.</summary>
/// <param name="SilentSince">When it was last heard.</param>
public sealed record NodeUnreachable(NodeId Node, DateTimeOffset SilentSince, DateTimeOffset At);

/// <summary>A node that counted as lost is heard again, and is told what it is to run and to destroy.</summary>
public sealed record NodeReachable(NodeId Node, DateTimeOffset At);
