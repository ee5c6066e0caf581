using Skale.Contracts;

namespace Skale.Metrics.Domain;

// What operators asked of chains and nodes that run, as the scheduler stores it; only the members that are read here.

/// <summary>A rotation was asked for over the scheduler's API.</summary>
public sealed record ChainRotationRequested(Guid Request, ChainName Chain, NodeId? Node);

/// <summary>Another size of a chain was asked for over the scheduler's API.</summary>
public sealed record ChainResizeRequested(Guid Request, ChainName Chain, int Slices);

/// <summary>A node's chains are to be moved away, or may stay again: asked for over the scheduler's API.</summary>
public sealed record NodeDrainRequested(Guid Request, NodeId Node, bool Drain);

/// <summary>A one-time token is to let a machine join as a node: asked for over the scheduler's API.</summary>
public sealed record JoinTokenRequested(Guid Request, NodeId Node, DateTimeOffset ExpiresAt);

/// <summary>Whoever has the token may join as the node, once.</summary>
public sealed record JoinTokenIssued(NodeId Node, DateTimeOffset ExpiresAt);

/// <summary>A machine with a token wants to be a node's.</summary>
public sealed record NodeJoinRequested(Guid Request, NodeId Node, string IdentityKey);

/// <summary>A machine has joined as the node.</summary>
public sealed record NodeJoined(NodeId Node, string IdentityKey);

/// <summary>The operator has a node's chains moved away, or does no more.</summary>
public sealed record NodeDrainChanged(NodeId Node, bool Drain);

/// <summary>A chain has another size on each of its nodes from now on.</summary>
public sealed record ChainResized(ChainName Chain, int Before, int After);

/// <summary>A reservation is larger or smaller.</summary>
public sealed record SlicesResized(NodeId Node, ChainName Chain, int Before, int After);

/// <summary>A node is told other limits for what it runs.</summary>
public sealed record LimitsOrdered(NodeId Node, ChainName Chain, long Generation, Subnode Subnode);

/// <summary>Another image for a chain was asked for over the scheduler's API.</summary>
public sealed record ChainImageRequested(Guid Request, ChainName Chain, string Image);

/// <summary>A chain's members get another image, one after the other.</summary>
public sealed record ImageChangeStarted(ChainName Chain, string From, string To);

/// <summary>A node is told to run a subnode from another image.</summary>
public sealed record ImageOrdered(NodeId Node, ChainName Chain, long Generation, Subnode Subnode);

/// <summary>A member does not serve with the new image: whoever has it goes back.</summary>
public sealed record ImageChangeFailed(ChainName Chain, NodeId Node, string From, string To, string Reason);

/// <summary>Every member serves with the new image.</summary>
public sealed record ImageChangeCompleted(ChainName Chain, string Image);

/// <summary>Every member serves with the image it had before.</summary>
public sealed record ImageChangeRolledBack(ChainName Chain, string Image);
