namespace Skale.Contracts;

/// <summary>What a machine really has, as its agent found it.</summary>
/// <param name="DiskBytes">Size of the file system that holds the engine's data.</param>
/// <param name="Simulated">No containers are run: a rehearsal.</param>
public sealed record Machine(
    string HostName, int Cpus, long MemoryBytes, long DiskBytes, string EngineVersion, string EngineApiVersion, string OperatingSystem, bool Simulated);

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

/// <summary>Said by an agent, numbered per node: a receiver drops what is older than what it knows.</summary>
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

/// <summary>A subnode runs and answers.</summary>
/// <param name="Generation">Of the order it was started by (<see cref="Subnode.Generation"/>); a report about an older order is dropped.</param>
/// <param name="ImageDigest">sha256 of what really runs.</param>
/// <param name="Endpoint">URL of its JSON-RPC endpoint.</param>
/// <param name="Unenforced">Limits this host cannot enforce, each with its reason; empty when all hold.</param>
/// <param name="Readings">Every limit that was ordered, as inspection of the running container showed it; null from agents that did not tell.</param>
public sealed record SubnodeStarted(
    NodeId Node, long Report, ChainName Chain, long Generation, string ContainerId, string ImageDigest, string Endpoint, SliceLimits Limits,
    IReadOnlyList<string> Unenforced, DateTimeOffset At, IReadOnlyList<LimitReading>? Readings = null) : IReport;

/// <summary>A subnode could not be started or stopped answering; the agent goes on trying.</summary>
public sealed record SubnodeFailed(NodeId Node, long Report, ChainName Chain, long Generation, string Reason, DateTimeOffset At) : IReport;

/// <summary>Container, network and volume of a subnode are gone.</summary>
public sealed record SubnodeRemoved(NodeId Node, long Report, ChainName Chain, long Generation, DateTimeOffset At) : IReport;
