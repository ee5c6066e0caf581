namespace Skale.Contracts;

/// <summary>Where on Ethereum a fact comes from, and its place among the facts of its network.</summary>
/// <param name="Network">The name of the SKALE network (one manager contract, one log).</param>
/// <param name="Number">1, 2, 3 ... without gaps per network: a receiver that sees a gap has missed something and asks with <see cref="ResendFacts"/>.</param>
/// <param name="BlockHash">0x and 64 hex digits, as all hashes here.</param>
/// <param name="ParentHash">Hash of the block before: the entropy of SKALE Manager's own selections.</param>
/// <param name="LogIndex">Index in the block of the log that gave the fact.</param>
/// <param name="Sighting">2, 3 ... when the block's facts were retracted before and the block came back; null at its first sighting. A log is one fact per sighting.</param>
public sealed record FactOrigin(
    string Network, long Number, long BlockNumber, string BlockHash, string ParentHash, DateTimeOffset BlockTime, string TransactionHash, int LogIndex,
    int? Sighting = null);

/// <summary>
/// Something the manager contract said, final under the watcher's finality policy, or <see cref="FactsRetracted"/>. Published by ChainWatcher only.
/// </summary>
public interface IFact
{
    FactOrigin Origin { get; }
}

/// <summary>NodeCreated: a machine is registered, with 128 free slices.</summary>
/// <param name="Port">First port of the node's port range; each slot takes 64.</param>
public sealed record NodeRegistered(
    FactOrigin Origin, NodeId Node, string Name, string Owner, string Ip, string PublicIp, int Port, int Nonce, string DomainName) : IFact;

/// <summary>ExitInitialized: the node wants to leave and takes no new chains.</summary>
public sealed record NodeExitStarted(FactOrigin Origin, NodeId Node) : IFact;

/// <summary>ExitCompleted: the node serves no chain any more and is gone.</summary>
public sealed record NodeExitCompleted(FactOrigin Origin, NodeId Node) : IFact;

/// <summary>MaintenanceNode: in maintenance a node keeps its chains and takes no new ones.</summary>
public sealed record NodeMaintenanceChanged(FactOrigin Origin, NodeId Node, bool InMaintenance) : IFact;

/// <summary>IncompliantNode: an incompliant node keeps its chains and takes no new ones.</summary>
public sealed record NodeComplianceChanged(FactOrigin Origin, NodeId Node, bool Compliant) : IFact;

/// <summary>IPChanged: the address for traffic between nodes; the public address changes silently.</summary>
public sealed record NodeAddressChanged(FactOrigin Origin, NodeId Node, string PreviousIp, string NewIp) : IFact;

/// <summary>SchainTypeAdded: what a chain of this type takes.</summary>
/// <param name="Slices">Of each member node; 0 is legal.</param>
/// <param name="GroupSize">How many nodes serve a chain of this type.</param>
public sealed record ChainTypeAdded(FactOrigin Origin, long TypeId, int Slices, int GroupSize) : IFact;

/// <summary>SchainTypeRemoved.</summary>
public sealed record ChainTypeRemoved(FactOrigin Origin, long TypeId) : IFact;

/// <summary>SchainCreated together with SchainNodes of the same transaction, when there was one.</summary>
/// <param name="ChainHash">keccak256 of the UTF-8 name.</param>
/// <param name="Slices">Of each member node, out of 128.</param>
/// <param name="Lifetime">As paid for; the contract does not enforce it.</param>
/// <param name="Group">The members the contract chose, in order; null when the scheduler is to choose.</param>
public sealed record ChainBought(
    FactOrigin Origin, ChainName Chain, string ChainHash, string Owner, int Slices, int GroupSize, TimeSpan Lifetime, IReadOnlyList<NodeId>? Group) : IFact;

/// <summary>SchainDeleted: the chain ends and its data with it.</summary>
public sealed record ChainDeleted(FactOrigin Origin, ChainName Chain, string ChainHash, string Owner) : IFact;

/// <summary>A log of the watched contracts that no fact is made of: kept raw, counted, never dropped.</summary>
public sealed record UnmappedLogSeen(FactOrigin Origin, string Address, IReadOnlyList<string> Topics, string Data, string? EventName) : IFact;

/// <summary>
/// The chain was reorganised below the watcher's finality policy: facts that were published are not in it any more, and whatever followed from them is to be undone.
/// Facts of the blocks that the chain has now come behind this one, with new numbers.
/// </summary>
/// <param name="Origin">Its place among the facts, and the block that the chain has now where the first retracted fact was; no log gave it: no transaction, log index -1.</param>
/// <param name="Numbers">The facts that are retracted, rising: every one that stood, from the first to the last.</param>
/// <param name="ReplacedHash">Hash of the block that held the first retracted fact.</param>
public sealed record FactsRetracted(FactOrigin Origin, IReadOnlyList<long> Numbers, string ReplacedHash) : IFact;

/// <summary>Asks ChainWatcher to publish again every fact behind a number: sent when the scheduler starts or sees a gap.</summary>
public sealed record ResendFacts(string Network, long AfterNumber, DateTimeOffset At);
