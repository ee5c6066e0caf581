using Skale.Contracts;

namespace Skale.Scheduler.Domain;

/// <summary>A change of a chain's image that is under way: at most one per chain.</summary>
/// <param name="Request">That asked for it.</param>
/// <param name="From">What members go back to when it is stopped, and what newcomers get until it is over.</param>
/// <param name="Failure">Why it was stopped; null while it goes on.</param>
public sealed record ImageChange(Guid Request, string From, string To, string? Failure)
{
    /// <summary>What every member is to run, as things stand.</summary>
    public string Target => Failure is null ? To : From;
}

// Names and members below are storage format, as in Events.cs.

/// <summary>The members of a chain are to run another image. An input.</summary>
/// <param name="IfVersion">Only if the chain is at this version; null: whatever its version.</param>
public sealed record ChainImageRequested(Guid Request, string Digest, ChainName Chain, string Image, long? IfVersion, DateTimeOffset At) : IRequest, IOfChain;

/// <summary>A chain's members get another image, one after the other. One that was under way before is over.</summary>
/// <param name="From">What they go back to should one of them not serve with it: what all of them ran last.</param>
public sealed record ImageChangeStarted(ChainName Chain, Guid Request, string From, string To, DateTimeOffset At) : IOfChain;

/// <summary>The node's agent is told to run the subnode from another image; its data stays.</summary>
/// <param name="Subnode">As ordered before, with another image.</param>
public sealed record ImageOrdered(NodeId Node, ChainName Chain, long Generation, Subnode Subnode, DateTimeOffset At) : IOfChain;

/// <summary>A member does not serve with the new image: no other gets it, and those that have it go back, one after the other.</summary>
public sealed record ImageChangeFailed(ChainName Chain, NodeId Node, string From, string To, string Reason, DateTimeOffset At) : IOfChain;

/// <summary>Every member serves with the new image: it is the chain's from now on.</summary>
public sealed record ImageChangeCompleted(ChainName Chain, string Image, DateTimeOffset At) : IOfChain;

/// <summary>Every member serves with the image that it had before the change that failed.</summary>
public sealed record ImageChangeRolledBack(ChainName Chain, string Image, DateTimeOffset At) : IOfChain;
