using Skale.Contracts;

namespace Skale.Scheduler.Domain;

// Names and members below are storage format, as in Events.cs.

/// <summary>Asked over the API. An input.</summary>
public interface IRequest
{
    /// <summary>Made of the idempotency key: the same key is the same request.</summary>
    Guid Request { get; }

    /// <summary>sha256 of the request as it was sent: the same key with another digest is a mistake.</summary>
    string Digest { get; }

    DateTimeOffset At { get; }
}

/// <summary>Why a request was refused, for programs.</summary>
public enum RefusalCause
{
    /// <summary>It can never be right.</summary>
    Invalid,

    NotFound,

    /// <summary>Not as things stand.</summary>
    Conflict,

    OverQuota,

    /// <summary>It was made for another version of what it is about.</summary>
    Stale,
}

/// <summary>A chain is asked for without a contract. An input.</summary>
/// <param name="Profile">Null when <paramref name="Slices"/> and <paramref name="GroupSize"/> say what is wanted.</param>
public sealed record ChainRequested(
    Guid Request, string Digest, ChainName Chain, string ChainHash, string Owner, string? Profile, int? Slices, int? GroupSize, DateTimeOffset At) : IRequest;

/// <summary>A chain without a contract is to end. An input.</summary>
/// <param name="IfVersion">Only if the chain is at this version; null: whatever its version.</param>
public sealed record ChainRemovalRequested(Guid Request, string Digest, ChainName Chain, long? IfVersion, DateTimeOffset At) : IRequest;

/// <summary>A node is to take no new chains that the scheduler places, or to take them again. An input.</summary>
/// <param name="IfVersion">Only if the node is at this version; null: whatever its version.</param>
public sealed record NodeHoldRequested(Guid Request, string Digest, NodeId Node, bool Held, long? IfVersion, DateTimeOffset At) : IRequest;

/// <summary>The request right before was refused.</summary>
public sealed record RequestRefused(Guid Request, RefusalCause Cause, string Reason, DateTimeOffset At);

/// <summary>A chain that was asked for is going to be: what was asked for and the policy of that moment, put together.</summary>
/// <param name="Entropy">sha256 of <c>skale/request/</c> and the request's id, as 0x and 64 hex digits: what a block hash is to a purchase.</param>
/// <param name="Position">Of the request among the scheduler's own events, from 1: what a fact's number is to a purchase.</param>
/// <param name="WarnAt">When its end is to be announced; null with <paramref name="ExpiresAt"/>.</param>
/// <param name="ExpiresAt">When it is removed by itself; null: never.</param>
/// <param name="Sidecars">Of every subnode; null for none, and in old logs.</param>
/// <param name="DataParts">Of every subnode; null for none, and in old logs.</param>
public sealed record ChainAdmitted(
    ChainName Chain, Guid Request, string ChainHash, string Owner, string? Profile, int Slices, int GroupSize, string Image, string Strategy, bool Dedicated, string Entropy,
    long Position, DateTimeOffset? WarnAt, DateTimeOffset? ExpiresAt, DateTimeOffset At, IReadOnlyList<Sidecar>? Sidecars = null, IReadOnlyList<DataPart>? DataParts = null);

/// <summary>A chain without a contract ends, and its data with it.</summary>
public sealed record RemovalStarted(ChainName Chain, string Reason, DateTimeOffset At);

/// <summary>A chain's lifetime is nearly over.</summary>
public sealed record ExpiryNear(ChainName Chain, DateTimeOffset ExpiresAt, DateTimeOffset At);

/// <summary>The operator keeps new chains from a node, beside what the contract says of it, or does no more.</summary>
public sealed record NodeHoldChanged(NodeId Node, bool Held, DateTimeOffset At);
