using Skale.Contracts;

namespace Skale.Scheduler.Domain;

// Names and members of the events below are storage format, as in Events.cs.

/// <summary>A one-time token is to let a machine join as a node. An input.</summary>
/// <param name="TokenHash">SHA-256 of the token in lower-case hex; the token itself is known to nobody but who made it.</param>
/// <param name="IfVersion">Only if the node is at this version; null: whatever its version.</param>
public sealed record JoinTokenRequested(Guid Request, string Digest, NodeId Node, string TokenHash, DateTimeOffset ExpiresAt, long? IfVersion, DateTimeOffset At) : IRequest, IOfNode;

/// <summary>Whoever has the token may join as the node, once. An earlier token of the node is void.</summary>
public sealed record JoinTokenIssued(NodeId Node, string TokenHash, DateTimeOffset ExpiresAt, DateTimeOffset At) : IOfNode;

/// <summary>A machine with a token wants to be a node's. An input; its request id comes from the token, so that a repeat by the same machine is answered alike.</summary>
/// <param name="IdentityKey">Verifier key of the machine's own key, as <c>skale audit keygen</c> prints keys.</param>
public sealed record NodeJoinRequested(Guid Request, string Digest, NodeId Node, string TokenHash, string IdentityKey, DateTimeOffset At) : IRequest, IOfNode;

/// <summary>A machine has joined as the node: the token is used up, and the node's identity key is known.</summary>
public sealed record NodeJoined(NodeId Node, string TokenHash, string IdentityKey, DateTimeOffset At) : IOfNode;

/// <summary>A token that may still be used.</summary>
public sealed record JoinToken(string Hash, DateTimeOffset ExpiresAt);

/// <summary>What becomes of machines that want to be nodes.</summary>
internal static class Joining
{
    public static IEnumerable<object> Join(Network network, NodeJoinRequested e, DateTimeOffset now) => network.Nodes.GetValueOrDefault(e.Node) switch
    {
        null => [Refused(e, RefusalCause.NotFound, $"there is no node {e.Node}", now)],
        { Join: { } token } when token.Hash == e.TokenHash && now < token.ExpiresAt => [new NodeJoined(e.Node, e.TokenHash, e.IdentityKey, now)],
        { Join: { } token } when token.Hash == e.TokenHash => [Refused(e, RefusalCause.Conflict, $"the token has expired at {token.ExpiresAt:u}; make a new one: skale node token {e.Node}", now)],
        _ => [Refused(e, RefusalCause.Conflict, $"this is not the token of node {e.Node} now: a newer one was made. Make a new one: skale node token {e.Node}", now)],
    };

    private static RequestRefused Refused(NodeJoinRequested e, RefusalCause cause, string reason, DateTimeOffset now) => new(e.Request, cause, reason, now);
}
