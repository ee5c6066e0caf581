using Skale.Contracts;

namespace Skale.ChainWatcher.Domain;

// Names and members below are storage format: change them only with an upcaster. Facts are stored as the records of Skale.Contracts they are published as.

/// <summary>What is watched, on which chain, under which policy: recorded at the first start and whenever it changes. An input.</summary>
/// <param name="GenesisHash">Hash of block 0: two chains may share an id.</param>
/// <param name="FromBlock">First block that is scanned.</param>
/// <param name="Finality"><c>finalized</c>, <c>safe</c>, <c>latest</c> or <c>depth:N</c>.</param>
/// <param name="Addresses">The watched contracts, rising.</param>
public sealed record WatchOpened(
    string Network, long ChainId, string GenesisHash, long FromBlock, string Finality, IReadOnlyList<string> Addresses, DateTimeOffset At);

/// <summary>All facts of these blocks are recorded before this event, in the same commit. Empty ranges are recorded now and then only.</summary>
public sealed record BlocksScanned(string Network, long FromBlock, long ToBlock, string ToHash, DateTimeOffset At);

/// <summary>Recorded blocks were replaced by others; scanning goes on behind the last block that stands. Facts in them are retracted in the same commit.</summary>
/// <param name="ToBlock">The last recorded block that stands; one below the first scanned block when none does.</param>
/// <param name="ToHash">Its hash; null when none stands.</param>
/// <param name="Replaced">The last block that was scanned.</param>
/// <param name="ActualHash">What the chain has at the first replaced block that held facts, or that was recorded when none did.</param>
public sealed record ScanRewound(string Network, long ToBlock, string? ToHash, BlockRef Replaced, string? ActualHash, DateTimeOffset At);

/// <summary>Written by versions that could not retract facts, and stopped where they would have had to. Says nothing any more.</summary>
public sealed record ChainReorganised(string Network, long LastFact, BlockRef Replaced, string? ActualHash, DateTimeOffset At);
