using Skale.Contracts;

namespace Skale.NodeAgent.Domain;

/// <summary>The agent has started and its engine answers. An input, never stored: <see cref="NodeEnrolled"/> is.</summary>
public sealed record AgentStarted(Machine Machine);

/// <summary>A subnode's endpoint answers with its own chain id, its sidecars run, and its containers were inspected.</summary>
/// <param name="Generation">Of the order it was seen under; an observation of an earlier one is void.</param>
public sealed record SubnodeAnswers(
    ChainName Chain, long Generation, string ContainerId, string ImageDigest, string Endpoint, SliceLimits Limits, IReadOnlyList<string> Unenforced,
    IReadOnlyList<LimitReading>? Readings = null, ImageOrigin? Image = null, IReadOnlyList<RunningSidecar>? Sidecars = null);

/// <summary>A subnode could not be started or does not answer, and the engine says so or stands by while it does not.</summary>
public sealed record SubnodeFails(ChainName Chain, long Generation, string Reason);

/// <summary>Container, network and volume of a chain to be removed are gone.</summary>
public sealed record SubnodeGone(ChainName Chain, long Generation);

/// <summary>The full assignment that was asked for has not come in time.</summary>
public sealed record AssignmentOverdue(DateTimeOffset At);
