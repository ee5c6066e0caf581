using Skale.Contracts;

namespace Skale.Scheduler.Domain;

// Names and members below are storage format, as in Events.cs.

/// <summary>A member of a chain that the scheduler placed is to be replaced. An input.</summary>
/// <param name="Node">Which member; null when any, to be drawn.</param>
/// <param name="IfVersion">Only if the chain is at this version; null: whatever its version.</param>
public sealed record ChainRotationRequested(Guid Request, string Digest, ChainName Chain, NodeId? Node, long? IfVersion, DateTimeOffset At) : IRequest, IOfChain;

/// <summary>A chain without a contract is to have another size on each of its nodes. An input.</summary>
/// <param name="Slices">Of each member node, from now on.</param>
/// <param name="IfVersion">Only if the chain is at this version; null: whatever its version.</param>
public sealed record ChainResizeRequested(Guid Request, string Digest, ChainName Chain, int Slices, long? IfVersion, DateTimeOffset At) : IRequest, IOfChain;

/// <summary>A node's chains are to be moved to others, or may stay again. An input.</summary>
/// <param name="IfVersion">Only if the node is at this version; null: whatever its version.</param>
public sealed record NodeDrainRequested(Guid Request, string Digest, NodeId Node, bool Drain, long? IfVersion, DateTimeOffset At) : IRequest, IOfNode;

/// <summary>The operator has a node's chains moved away, or does no more.</summary>
public sealed record NodeDrainChanged(NodeId Node, bool Drain, DateTimeOffset At) : IOfNode;

/// <summary>A chain has another size from now on. What it gains is reserved right after; what it gives back is free when its agent has confirmed the new limits.</summary>
/// <param name="Before">Slices of each member node.</param>
/// <param name="After">Slices of each member node.</param>
public sealed record ChainResized(ChainName Chain, int Before, int After, DateTimeOffset At) : IOfChain;

/// <summary>A reservation is larger or smaller; its slot stays.</summary>
public sealed record SlicesResized(NodeId Node, ChainName Chain, int Before, int After, DateTimeOffset At) : IOfNode;

/// <summary>The node's agent is told other limits for what it runs; it goes on running.</summary>
/// <param name="Subnode">As ordered before, with other slices and limits.</param>
public sealed record LimitsOrdered(NodeId Node, ChainName Chain, long Generation, Subnode Subnode, DateTimeOffset At) : IOfChain;
