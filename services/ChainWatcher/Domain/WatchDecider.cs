using System.Diagnostics;
using Skale.Contracts;
using Skale.EventStore;

namespace Skale.ChainWatcher.Domain;

/// <summary>The watcher's rules: scanned blocks become numbered facts exactly once, and only as a continuation of what was scanned before.</summary>
public sealed class WatchDecider : IDecider<Watch>
{
    public Watch Initial() => new();

    public void Evolve(Watch state, object stored) => state.Evolve(stored);

    public IReadOnlyList<object> Decide(Watch state, object input, DateTimeOffset now) => input switch
    {
        WatchOpened e => Open(state, e),
        ScannedRange e => Record(state, e, now),
        ForkSeen e => Rewind(state, e, now),
        ManagerCompared e => Compare(state, e, now),
        _ => throw new UnreachableException($"No rule for input {input.GetType().Name}."),
    };

    public IReadOnlyList<object> Next(Watch state, DateTimeOffset now) => [];

    public string StreamOf(object stored) => StoredEvents.StreamOf(stored);

    private static IReadOnlyList<object> Open(Watch state, WatchOpened e) => state.Opened switch
    {
        null => [e],
        { } known when known.Network != e.Network => throw Differs("ChainWatcher:Network", known.Network, e.Network),
        { } known when known.ChainId != e.ChainId => throw Differs("the chain id of the endpoint", known.ChainId, e.ChainId),
        { } known when known.GenesisHash != e.GenesisHash => throw Differs("the hash of the endpoint's block 0", known.GenesisHash, e.GenesisHash),
        { } known when known.FromBlock != e.FromBlock => throw Differs("ChainWatcher:FromBlock", known.FromBlock, e.FromBlock),
        { } known when known.Finality == e.Finality && known.Addresses.SequenceEqual(e.Addresses) => [],
        _ => [e],
    };

    private static IReadOnlyList<object> Record(Watch state, ScannedRange range, DateTimeOffset now)
    {
        Sound(state, range.Network);
        if (range.To.Number < state.NextBlock)
        {
            return [];
        }

        if (range.From != state.NextBlock)
        {
            throw new ImpossibleInputException($"Blocks {range.From} to {range.To.Number} do not continue the scan, whose next block is {state.NextBlock}.");
        }

        if (state.Scanned is { } last && last.Hash != range.ParentHash)
        {
            throw new ImpossibleInputException(new ForkedException(range.From, range.ParentHash, last).Message);
        }

        var events = new List<object>();
        var names = new ChainNames(state.ChainNames);
        foreach (var block in range.Blocks)
        {
            var header = block.Header with { Sighting = state.SightingOf(block.Header.Hash) };
            events.AddRange(FactMapper.Map(range.Network, state.LastFact + events.Count, block with { Header = header }, names));
        }

        return [.. events, new BlocksScanned(range.Network, range.From, range.To.Number, range.To.Hash, now)];
    }

    private static IReadOnlyList<object> Rewind(Watch state, ForkSeen e, DateTimeOffset now)
    {
        Sound(state, e.Network);
        if (state.Scanned != e.Scanned)
        {
            return [];
        }

        if (e.Stands is null && state.HasForgottenMarks)
        {
            throw new ImpossibleInputException(
                $"Network '{e.Network}': none of the last {state.Marks.Count} recorded blocks from {state.Marks[0].Block} on is in the chain, which has {e.Actual.Hash} at {e.Actual.Number}. "
                + "A history rewritten that deep is another chain: check ChainWatcher:Rpc, or begin a new log (and choose a stricter ChainWatcher:Finality).");
        }

        var replaced = state.Marks.Where(m => m.Block.Number > (e.Stands?.Number ?? -1)).ToArray();
        var first = replaced.Length > 0 ? Mark.FirstReplaced(replaced).Block : null;
        if ((e.Stands is not null && !state.Marks.Any(m => m.Block == e.Stands)) || first?.Number != e.Actual.Number || first.Hash == e.Actual.Hash)
        {
            throw new ImpossibleInputException($"The scan cannot go back to block {e.Stands?.ToString() ?? "none"} because of block {e.Actual.Number} ({e.Actual.Hash}): recorded there is {first?.ToString() ?? "nothing"}.");
        }

        var rewound = new ScanRewound(e.Network, e.Stands?.Number ?? state.Opened!.FromBlock - 1, e.Stands?.Hash, e.Scanned, e.Actual.Hash, now);
        long[] numbers = [.. replaced.SelectMany(m => m.Facts)];
        return numbers.Length == 0 ? [rewound] : [Retraction(state, e.Actual, numbers, first.Hash), rewound];
    }

    private static IReadOnlyList<object> Compare(Watch state, ManagerCompared e, DateTimeOffset now)
    {
        Sound(state, e.Network);
        return Reconciliation.Record(state, e, now);
    }

    private static FactsRetracted Retraction(Watch state, BlockHeader actual, long[] numbers, string replacedHash) => new(
        new FactOrigin(state.Opened!.Network, state.LastFact + 1, actual.Number, actual.Hash, actual.ParentHash, actual.Time, "", -1), numbers, replacedHash);

    private static void Sound(Watch state, string network)
    {
        if (state.Opened?.Network != network)
        {
            throw new ImpossibleInputException($"Network '{network}' is not being watched: it was not opened.");
        }
    }

    private static ImpossibleInputException Differs(string what, object recorded, object found) =>
        new($"{what}: expected {recorded} as recorded in the log, got {found}. Facts of two chains must not be mixed: set it back, or begin a new log.");
}
