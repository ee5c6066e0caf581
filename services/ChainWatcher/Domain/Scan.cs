using System.Collections.Immutable;

namespace Skale.ChainWatcher.Domain;

/// <summary>A block by number and hash.</summary>
public sealed record BlockRef(long Number, string Hash)
{
    public override string ToString() => $"{Number} ({Hash})";
}

/// <summary>What of a block's header goes into facts. Hashes are 0x and 64 lower-case hex digits.</summary>
/// <param name="Sighting">2, 3 ... when facts of this block were retracted before; otherwise null.</param>
public sealed record BlockHeader(long Number, string Hash, string ParentHash, DateTimeOffset Time, int? Sighting = null);

/// <summary>One log of a watched contract, decoded when its event is described.</summary>
/// <param name="Data">0x-hex.</param>
/// <param name="Event">Name of the event when the ABI knows the log's first topic; otherwise null.</param>
/// <param name="Fields">The decoded fields; null when the event is unknown or its data is malformed.</param>
public sealed record ChainLog(
    string TransactionHash, int LogIndex, string Address, IReadOnlyList<string> Topics, string Data, string? Event, EventFields? Fields);

/// <summary>A block that has logs of the watched contracts, all of them, by rising log index.</summary>
/// <param name="Rotations">What the contract says, at this block, of the chains that <see cref="CeremonyLogs.RotationsIn"/> finds; a chain is absent when no contract can be asked.</param>
public sealed record ScannedBlock(BlockHeader Header, IReadOnlyList<ChainLog> Logs, ImmutableArray<RotationState> Rotations)
{
    public ScannedBlock(BlockHeader header, IReadOnlyList<ChainLog> logs)
        : this(header, logs, [])
    {
    }
}

/// <summary>Everything the watched contracts said in a range of whole blocks. An input.</summary>
/// <param name="From">First block, included.</param>
/// <param name="ParentHash">Parent of the first block: proves that the range continues what was scanned before.</param>
/// <param name="To">Last block, included.</param>
/// <param name="Blocks">Only those that have logs, rising.</param>
public sealed record ScannedRange(string Network, long From, string ParentHash, BlockRef To, ImmutableArray<ScannedBlock> Blocks)
{
    /// <summary>This range and the one right behind it, as one.</summary>
    /// <exception cref="ForkedException">The next range has another parent: the chain was reorganised between the two requests.</exception>
    public ScannedRange Join(ScannedRange next) => next.From != To.Number + 1
        ? throw new ArgumentException($"Range {next.From} to {next.To.Number} does not begin behind block {To.Number}.", nameof(next))
        : next.ParentHash != To.Hash
        ? throw new ForkedException(next.From, next.ParentHash, To)
        : this with { To = next.To, Blocks = Blocks.AddRange(next.Blocks) };
}

/// <summary>A block does not have the parent that was scanned before it.</summary>
public sealed class ForkedException(long number, string parentHash, BlockRef scanned)
    : Exception($"Block {number} has the parent {parentHash}, but what was scanned before it is block {scanned}: the chain was reorganised, or the endpoint answers from several nodes.");

/// <summary>The chain does not hold the last scanned block any more. An input.</summary>
/// <param name="Stands">The last of the <see cref="Watch.Marks"/> that is still in the chain; null when none is.</param>
/// <param name="Actual">What the chain has now at the number of <see cref="Mark.FirstReplaced"/>.</param>
public sealed record ForkSeen(string Network, BlockRef Scanned, BlockRef? Stands, BlockHeader Actual);
