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
        _ => throw new UnreachableException($"No rule for input {input.GetType().Name}."),
    };

    public IReadOnlyList<object> Next(Watch state, DateTimeOffset now) => [];

    public string StreamOf(object stored) => StoredEvents.StreamOf(stored);

    private static IReadOnlyList<object> Open(Watch state, WatchOpened e)
    {
        if (state.Broken is { } broken)
        {
            throw new ImpossibleInputException(
                $"Network '{broken.Network}': block {broken.Replaced} was reorganised away below the finality policy, and fact {broken.LastFact} with it. "
                + "What was published does not hold any more; begin a new log (and choose a stricter ChainWatcher:Finality).");
        }

        return state.Opened switch
        {
            null => [e],
            { } known when known.Network != e.Network => throw Differs("ChainWatcher:Network", known.Network, e.Network),
            { } known when known.ChainId != e.ChainId => throw Differs("the chain id of the endpoint", known.ChainId, e.ChainId),
            { } known when known.GenesisHash != e.GenesisHash => throw Differs("the hash of the endpoint's block 0", known.GenesisHash, e.GenesisHash),
            { } known when known.FromBlock != e.FromBlock => throw Differs("ChainWatcher:FromBlock", known.FromBlock, e.FromBlock),
            { } known when known.Finality == e.Finality && known.Addresses.SequenceEqual(e.Addresses) => [],
            _ => [e],
        };
    }

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
            events.AddRange(FactMapper.Map(range.Network, state.LastFact + events.Count, block, names));
        }

        return [.. events, new BlocksScanned(range.Network, range.From, range.To.Number, range.To.Hash, now)];
    }

    private static IReadOnlyList<object> Rewind(Watch state, ForkSeen e, DateTimeOffset now)
    {
        Sound(state, e.Network);
        return state.Scanned != e.Scanned
            ? []
            : e.LastFactStands
            ? [new ScanRewound(e.Network, state.LastFactBlock?.Number ?? state.Opened!.FromBlock - 1, state.LastFactBlock?.Hash, e.Scanned, e.ActualHash, now)]
            : [new ChainReorganised(e.Network, state.LastFact, e.Scanned, e.ActualHash, now)];
    }

    private static void Sound(Watch state, string network)
    {
        if (state.Opened?.Network != network || state.Broken is not null)
        {
            throw new ImpossibleInputException($"Network '{network}' is not being watched: {(state.Broken is null ? "it was not opened" : "the watch is broken by a reorganisation")}.");
        }
    }

    private static ImpossibleInputException Differs(string what, object recorded, object found) =>
        new($"{what}: expected {recorded} as recorded in the log, got {found}. Facts of two chains must not be mixed: set it back, or begin a new log.");
}
