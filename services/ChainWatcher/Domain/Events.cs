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

/// <summary>Blocks without facts were replaced by others; scanning goes on behind the last block that stands. Invisible outside.</summary>
/// <param name="ToBlock">The last block that stands; one below the first scanned block when there is no fact yet.</param>
/// <param name="ToHash">Its hash; null when there is no fact yet.</param>
public sealed record ScanRewound(string Network, long ToBlock, string? ToHash, BlockRef Replaced, string? ActualHash, DateTimeOffset At);

/// <summary>The chain was reorganised below the finality policy: published facts are not in it any more. Watching stops for good.</summary>
/// <param name="LastFact">Number of the last published fact, which is among those that are gone.</param>
public sealed record ChainReorganised(string Network, long LastFact, BlockRef Replaced, string? ActualHash, DateTimeOffset At);
