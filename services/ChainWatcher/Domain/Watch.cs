using System.Diagnostics;
using Skale.Contracts;

namespace Skale.ChainWatcher.Domain;

/// <summary>How far one network is watched. Owned by the log's writer.</summary>
public sealed class Watch
{
    /// <summary>Marks that are kept at least: no reorganisation that replaces more of them can be undone.</summary>
    public const int FewestMarks = 4096;

    private readonly List<Mark> marks = [];
    private readonly Dictionary<string, (long Number, int Times)> retracted = [];
    private readonly Dictionary<string, ChainName> chainNames = [];
    private readonly Dictionary<(string Subject, string What), (string Folded, string Answered)> differences = [];

    /// <summary>What is watched; null before the first start.</summary>
    public WatchOpened? Opened { get; private set; }

    /// <summary>The last scanned block that is recorded; null when none is.</summary>
    public BlockRef? Scanned { get; private set; }

    /// <summary>The next block to scan.</summary>
    public long NextBlock => Scanned?.Number + 1 ?? Opened?.FromBlock ?? 0;

    /// <summary>Number of the last fact, 0 at first.</summary>
    public long LastFact { get; private set; }

    /// <summary>Recorded blocks that the scan can go back to, rising; the last is <see cref="Scanned"/>.</summary>
    public IReadOnlyList<Mark> Marks => marks;

    /// <summary>There were marks before the first of <see cref="Marks"/>.</summary>
    public bool HasForgottenMarks { get; private set; }

    /// <summary>How often scanned blocks were replaced.</summary>
    public int Rewinds { get; private set; }

    /// <summary>The how-manieth time facts of the block are recorded: null for the first.</summary>
    public int? SightingOf(string blockHash) => retracted.TryGetValue(blockHash, out var seen) ? seen.Times + 1 : null;

    /// <summary>Names of the chains that were bought, by hash: most logs carry the hash alone.</summary>
    public IReadOnlyDictionary<string, ChainName> ChainNames => chainNames;

    /// <summary>Differences between the facts and the contracts that are on record and stand.</summary>
    public IReadOnlyDictionary<(string Subject, string What), (string Folded, string Answered)> Differences => differences;

    public void Evolve(object stored)
    {
        if (stored is ChainBought bought)
        {
            chainNames.TryAdd(bought.ChainHash, bought.Chain);
        }

        switch (stored)
        {
            case FactsRetracted e:
                LastFact = e.Origin.Number;
                Retract(e);
                break;
            case IFact e:
                LastFact = e.Origin.Number;
                Hold(e.Origin);
                break;
            case BlocksScanned e:
                Scanned = new BlockRef(e.ToBlock, e.ToHash);
                if (marks.Count == 0 || marks[^1].Block != Scanned)
                {
                    Add(new Mark(Scanned, 0, 0));
                }

                break;
            case WatchOpened e:
                Opened = e;
                break;
            case ScanRewound e:
                Scanned = e.ToHash is null ? null : new BlockRef(e.ToBlock, e.ToHash);
                marks.RemoveAll(m => m.Block.Number > e.ToBlock);
                Rewinds++;
                break;
            case ManagerDiffers e:
                differences[(e.Subject, e.What)] = (e.Folded, e.Answered);
                break;
            case ManagerDifferenceGone e:
                differences.Remove((e.Subject, e.What));
                break;
            case ChainReorganised:
                // Written by earlier versions, which stopped there for good; the fork is found again, and its facts are retracted.
                break;
            default:
                throw new UnreachableException($"No fold for stored event {stored.GetType().Name}.");
        }
    }

    private void Hold(FactOrigin at)
    {
        if (marks.Count > 0 && marks[^1] is { HasFacts: true } last && last.Block.Hash == at.BlockHash)
        {
            marks[^1] = last with { LastFact = at.Number };
        }
        else
        {
            Add(new Mark(new BlockRef(at.BlockNumber, at.BlockHash), at.Number, at.Number));
        }
    }

    private void Retract(FactsRetracted e)
    {
        foreach (var mark in marks.Where(m => m.HasFacts && m.FirstFact >= e.Numbers[0]))
        {
            retracted[mark.Block.Hash] = (mark.Block.Number, retracted.GetValueOrDefault(mark.Block.Hash).Times + 1);
        }
    }

    private void Add(Mark mark)
    {
        marks.Add(mark);
        if (marks.Count < 2 * FewestMarks)
        {
            return;
        }

        marks.RemoveRange(0, FewestMarks);
        HasForgottenMarks = true;

        // The scan never goes back behind the first mark: blocks below it cannot come back.
        foreach (var hash in retracted.Where(r => r.Value.Number <= marks[0].Block.Number).Select(r => r.Key).ToArray())
        {
            retracted.Remove(hash);
        }
    }
}
