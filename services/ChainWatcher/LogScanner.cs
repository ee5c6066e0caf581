using System.Collections.Immutable;
using Skale.ChainWatcher.Domain;
using Skale.Ethereum;

namespace Skale.ChainWatcher;

/// <summary>Asks one endpoint for what the watched contracts said, and refuses answers that contradict themselves.</summary>
/// <param name="stateNeeded">Whether the endpoint must know how the contracts stood at the block of a rotation.</param>
internal sealed class LogScanner(JsonRpcClient rpc, ContractSet contracts, string network, TimeProvider clock, bool stateNeeded = true)
{
    private const int HeadersPerRequest = 100;
    private const int EmptyAnswersToBelieve = 3;
    private static readonly TimeSpan BetweenDoubts = TimeSpan.FromMilliseconds(40);
    private readonly RotationReader rotations = new(rpc, contracts, stateNeeded);

    /// <summary>Blocks by number: for what is far behind the head.</summary>
    /// <exception cref="InconsistentAnswerException">The chain was reorganised meanwhile, or the endpoint answers from several nodes.</exception>
    public async Task<ScannedRange> Window(long from, long to, CancellationToken cancellation) => await Complete(await Ask(from, to, cancellation), cancellation);

    /// <summary>The logs of a window, which an endpoint takes its time for.</summary>
    /// <inheritdoc cref="Window"/>
    public async Task<WindowAnswer> Ask(long from, long to, CancellationToken cancellation)
    {
        // The last block before and after the logs: an endpoint that lags, or changes its mind meanwhile, shows.
        var before = Eth.Block(BlockTag.Number(to));
        var (found, ends) = await rpc.Send(Eth.Logs(LogFilter.Blocks(from, to, [.. contracts.Addresses])), [before, Eth.Block(BlockTag.Number(from)), Eth.Block(BlockTag.Number(to))], cancellation);
        var (first, last) = (Known(ends[1], from), Known(ends[2], to));
        Same(Known(ends[0], to), last);
        return new WindowAnswer(from, to, first, last, [.. Ours(found)]);
    }

    /// <summary>Asks for what the logs of a window do not say themselves: their blocks' headers, and what rotations did.</summary>
    /// <inheritdoc cref="Window"/>
    public async Task<ScannedRange> Complete(WindowAnswer answer, CancellationToken cancellation)
    {
        var (from, to, first, last, found) = answer;
        var logs = found.GroupBy(l => l.BlockNumber).OrderBy(g => g.Key).ToArray();
        if (logs.FirstOrDefault(g => g.Key < from || g.Key > to) is { } foreign)
        {
            throw new InconsistentAnswerException(rpc.Name, $"asked for logs of blocks {from} to {to}, got one of block {foreign.Key}");
        }

        // Asked after the logs, with both ends once more: what they say held at one moment, also where each call is answered by another node behind the endpoint.
        var headers = logs.Length == 0 ? [first, last] : await Headers([from, .. logs.Select(g => g.Key), to], cancellation);
        Same(first, headers[0]);
        Same(last, headers[^1]);
        var blocks = logs.Select((group, at) => Block(headers[at + 1], group));
        return new ScannedRange(network, from, first.ParentHash, new BlockRef(to, last.Hash), await rotations.Complete(blocks, cancellation));
    }

    /// <summary>Consecutive blocks by hash: at the head, where numbers may change their meaning.</summary>
    /// <exception cref="ForkedException">The headers do not hang together.</exception>
    public async Task<ScannedRange> Blocks(IReadOnlyList<Block> headers, CancellationToken cancellation)
    {
        for (var at = 1; at < headers.Count; at++)
        {
            if (headers[at].ParentHash != headers[at - 1].Hash)
            {
                throw new ForkedException(headers[at].Number, headers[at].ParentHash, new BlockRef(headers[at - 1].Number, headers[at - 1].Hash));
            }
        }

        var worthAsking = headers.Where(h => h.LogsBloom.MayContain(contracts.AddressBits)).ToArray();
        var answers = await Task.WhenAll(worthAsking.Select(h => LogsOf(h, cancellation)));
        var blocks = worthAsking.Zip(answers).Where(p => p.Second.Count > 0).Select(p => Block(p.First, p.Second));
        return new ScannedRange(
            network, headers[0].Number, headers[0].ParentHash, new BlockRef(headers[^1].Number, headers[^1].Hash), await rotations.Complete(blocks, cancellation));
    }

    /// <summary>Headers of consecutive blocks.</summary>
    public async Task<IReadOnlyList<Block>> Headers(long from, long to, CancellationToken cancellation) =>
        await Headers([.. Enumerable.Range(0, checked((int)(to - from + 1))).Select(at => from + at)], cancellation);

    /// <summary>What the chain has at a number; null when it is shorter, or when the endpoint lags.</summary>
    public async Task<BlockHeader?> HeaderAt(long number, CancellationToken cancellation) =>
        await rpc.Send(Eth.Block(BlockTag.Number(number)), cancellation) is { } block ? LogTranslation.ToHeader(Numbered(block, number)) : null;

    /// <summary>
    /// The header's bloom filter says that there may be logs: an empty answer of a node that lags behind its own headers looks the same as a false
    /// alarm of the filter, and one that does not know the block yet refuses; so it is asked for again before it is believed.
    /// </summary>
    private async Task<IReadOnlyList<Log>> LogsOf(Block header, CancellationToken cancellation)
    {
        var filter = LogFilter.Block(header.Hash, [.. contracts.Addresses]);
        for (var asked = 1; ; asked++)
        {
            try
            {
                Log[] logs = [.. Ours(await rpc.Send(Eth.Logs(filter), cancellation))];
                if (logs.Length > 0 || asked == EmptyAnswersToBelieve)
                {
                    return logs;
                }
            }
            catch (RpcException) when (asked < EmptyAnswersToBelieve)
            {
            }

            await clock.Wait(BetweenDoubts * asked, cancellation);
        }
    }

    /// <summary>Some endpoints do not heed the addresses they are asked for.</summary>
    private IEnumerable<Log> Ours(IEnumerable<Log> logs) => logs.Where(l => contracts.Has(l.Address));

    private ScannedBlock Block(Block header, IEnumerable<Log> logs) => logs.FirstOrDefault(l => l.BlockHash != header.Hash) is { } foreign
        ? throw new InconsistentAnswerException(rpc.Name, $"log {foreign.LogIndex} of block {foreign.BlockNumber} is of block hash {foreign.BlockHash}, the block's is {header.Hash}")
        : LogTranslation.ToScanned(header, Once(logs), contracts);

    /// <summary>Each log once, though the endpoint may repeat itself.</summary>
    private SortedDictionary<int, Log>.ValueCollection Once(IEnumerable<Log> logs)
    {
        var byIndex = new SortedDictionary<int, Log>();
        foreach (var log in logs)
        {
            if (log.Removed)
            {
                throw new InconsistentAnswerException(rpc.Name, $"asked for logs of the chain, got a removed one in block {log.BlockNumber}");
            }

            if (!byIndex.TryAdd(log.LogIndex, log) && !(byIndex[log.LogIndex].TransactionHash == log.TransactionHash && byIndex[log.LogIndex].Data.Span.SequenceEqual(log.Data.Span)))
            {
                throw new InconsistentAnswerException(rpc.Name, $"block {log.BlockNumber} has two logs with index {log.LogIndex}");
            }
        }

        return byIndex.Values;
    }

    private async Task<ImmutableArray<Block>> Headers(long[] numbers, CancellationToken cancellation)
    {
        var headers = ImmutableArray.CreateBuilder<Block>(numbers.Length);
        foreach (var part in numbers.Chunk(HeadersPerRequest))
        {
            var answers = await rpc.Send([.. part.Select(n => Eth.Block(BlockTag.Number(n)))], cancellation);
            headers.AddRange(answers.Select((h, at) => Known(h, part[at])));
        }

        return headers.MoveToImmutable();
    }

    private Block Known(Block? header, long number) =>
        header is null ? throw new InconsistentAnswerException(rpc.Name, $"it does not know block {number}, below its own head") : Numbered(header, number);

    private Block Numbered(Block header, long number) =>
        header.Number == number ? header : throw new InconsistentAnswerException(rpc.Name, $"asked for block {number}, got block {header.Number}");

    private void Same(Block before, Block after)
    {
        if (before.Hash != after.Hash)
        {
            throw new InconsistentAnswerException(rpc.Name, $"block {before.Number} was {before.Hash} and then {after.Hash}");
        }
    }
}

/// <summary>The logs of a window, with the headers of its ends.</summary>
internal sealed record WindowAnswer(long From, long To, Block First, Block Last, IReadOnlyList<Log> Logs);

/// <summary>Answers of one endpoint contradict each other; asking again later or elsewhere may help.</summary>
public sealed class InconsistentAnswerException(string endpoint, string what) : Exception($"{endpoint}: {what}: reorganised meanwhile, or the endpoint answers from several nodes.");
