using System.Diagnostics;
using Skale.Contracts;

namespace Skale.ChainWatcher.Domain;

/// <summary>How far one network is watched. Owned by the log's writer.</summary>
public sealed class Watch
{
    private readonly Dictionary<string, ChainName> chainNames = [];

    /// <summary>What is watched; null before the first start.</summary>
    public WatchOpened? Opened { get; private set; }

    /// <summary>The last scanned block that is recorded; null when none is.</summary>
    public BlockRef? Scanned { get; private set; }

    /// <summary>The next block to scan.</summary>
    public long NextBlock => Scanned?.Number + 1 ?? Opened?.FromBlock ?? 0;

    /// <summary>Number of the last fact, 0 at first.</summary>
    public long LastFact { get; private set; }

    /// <summary>The block of the last fact.</summary>
    public BlockRef? LastFactBlock { get; private set; }

    /// <summary>How often scanned blocks were replaced.</summary>
    public int Rewinds { get; private set; }

    /// <summary>The reorganisation that ended this watch; null while it is sound.</summary>
    public ChainReorganised? Broken { get; private set; }

    /// <summary>Names of the chains that were bought, by hash: most logs carry the hash alone.</summary>
    public IReadOnlyDictionary<string, ChainName> ChainNames => chainNames;

    public void Evolve(object stored)
    {
        if (stored is ChainBought bought)
        {
            chainNames.TryAdd(bought.ChainHash, bought.Chain);
        }

        switch (stored)
        {
            case IFact e:
                (LastFact, LastFactBlock) = (e.Origin.Number, new BlockRef(e.Origin.BlockNumber, e.Origin.BlockHash));
                break;
            case BlocksScanned e:
                Scanned = new BlockRef(e.ToBlock, e.ToHash);
                break;
            case WatchOpened e:
                Opened = e;
                break;
            case ScanRewound e:
                Scanned = e.ToHash is null ? null : new BlockRef(e.ToBlock, e.ToHash);
                Rewinds++;
                break;
            case ChainReorganised e:
                Broken = e;
                break;
            default:
                throw new UnreachableException($"No fold for stored event {stored.GetType().Name}.");
        }
    }
}
