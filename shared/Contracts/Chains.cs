namespace Skale.Contracts;

/// <summary>What an auditor needs to compute a choice of nodes again.</summary>
/// <param name="Strategy"><c>uniform</c>, or <c>contract</c> when the contract chose.</param>
/// <param name="Version">Of the strategy's rules.</param>
/// <param name="Seed">0x and 64 hex digits; empty when the contract chose.</param>
/// <param name="Candidates">How many nodes could have been chosen.</param>
/// <param name="CandidatesDigest">sha256 over blocks of 64 ids that have a candidate, in rising order: 8 bytes for the block (id / 64 rounded down), then 8 bytes with bit (id mod 64) set for each candidate; both big-endian. Up to version 1 of uniform, spread and skale: over the ids in rising order, decimal, separated by commas.</param>
/// <param name="Draws">The index drawn at each step among those still left.</param>
public sealed record PlacementEvidence(string Strategy, int Version, string Seed, int Candidates, string CandidatesDigest, IReadOnlyList<int> Draws);

/// <summary>A chain's nodes are chosen and their slices reserved.</summary>
public sealed record ChainPlaced(ChainName Chain, IReadOnlyList<NodeId> Group, PlacementEvidence Evidence, DateTimeOffset At);

/// <summary>A chain has to wait for nodes; refused when the deadline passes.</summary>
public sealed record ChainDeferred(ChainName Chain, string Reason, DateTimeOffset Deadline, DateTimeOffset At);

/// <summary>A chain will not run here, and why.</summary>
public sealed record ChainRefused(ChainName Chain, string Reason, DateTimeOffset At);

/// <summary>All members run and answer.</summary>
public sealed record ChainActivated(ChainName Chain, DateTimeOffset At);

/// <summary>A temporary chain is removed by itself at <paramref name="ExpiresAt"/>, and its data with it.</summary>
public sealed record ChainExpiring(ChainName Chain, DateTimeOffset ExpiresAt, DateTimeOffset At);

/// <summary>An active chain lost a member for now; activated again when all answer.</summary>
public sealed record ChainDegraded(ChainName Chain, NodeId Node, string Reason, DateTimeOffset At);

/// <summary>Every member of a chain runs another image, as its operator asked for, and serves.</summary>
public sealed record ChainImageChanged(ChainName Chain, string Image, DateTimeOffset At);

/// <summary>A member of a chain did not serve with the image that its operator asked for: no other member gets it, and those that have it go back, one after the other. Somebody must look.</summary>
/// <param name="Image">That failed.</param>
/// <param name="BackTo">What every member is to run again.</param>
public sealed record ChainImageChangeFailed(ChainName Chain, string Image, string BackTo, NodeId Node, string Reason, DateTimeOffset At);

/// <summary>Nothing of a chain that was deleted, or never bought after all, is left on any node, and its slices are free.</summary>
public sealed record ChainRemoved(ChainName Chain, DateTimeOffset At);

/// <summary>
/// A chain that is wanted, as it turns out after a reorganisation of Ethereum, has lost its data on these nodes: it is created anew there, and somebody has to bring the data back.
/// </summary>
public sealed record ChainDataLost(ChainName Chain, IReadOnlyList<NodeId> Nodes, string Reason, DateTimeOffset At);
