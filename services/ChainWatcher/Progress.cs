using Skale.ChainWatcher.Domain;
using Skale.Contracts;
using Skale.Hosting;

namespace Skale.ChainWatcher;

/// <summary>Where the log of one network can be written and asked.</summary>
/// <param name="Submit">Records an input; ends when it is durable.</param>
/// <param name="Read">Asks the state between two commits.</param>
/// <param name="Facts">All recorded facts in order.</param>
internal sealed record WatchLog(
    string Network, Func<Input, Task<IReadOnlyList<object>>> Submit, Func<Func<Watch, object?>, Task<object?>> Read, Func<CancellationToken, IAsyncEnumerable<IFact>> Facts)
{
    public async Task<T> Ask<T>(Func<Watch, T> question) => (T)(await Read(w => question(w)))!;
}

/// <summary>
/// How far the scan is: what is recorded, and the blocks without logs behind it that are not worth a record yet. Facts are recorded at once, with
/// every block up to theirs.
/// </summary>
internal sealed class Progress(WatchLog log, WatchStatus status, TimeProvider clock)
{
    private const long MostBlocks = 1000;
    private static readonly TimeSpan MostTime = TimeSpan.FromMinutes(1);

    private long nextToRecord;
    private int rewinds;
    private ScannedRange? pending;
    private DateTimeOffset recordedAt;

    /// <summary>The last recorded block; null when there is none.</summary>
    public BlockRef? Recorded { get; private set; }

    /// <summary>The last scanned block, recorded or not.</summary>
    public BlockRef? Tip => pending?.To ?? Recorded;

    /// <summary>The next block to scan.</summary>
    public long Next => pending is null ? nextToRecord : pending.To.Number + 1;

    public async Task Load()
    {
        (Recorded, nextToRecord, rewinds) = await log.Ask(w => (w.Scanned, w.NextBlock, w.Rewinds));
        (pending, recordedAt) = (null, clock.GetUtcNow());
        status.SetScanned(nextToRecord - 1);
    }

    /// <exception cref="ForkedException">The range does not continue what was scanned.</exception>
    public async Task Add(ScannedRange range)
    {
        if (Tip is { } tip && tip.Hash != range.ParentHash)
        {
            throw new ForkedException(range.From, range.ParentHash, tip);
        }

        pending = pending?.Join(range) ?? range;
        if (pending.Blocks.Length > 0 || pending.To.Number - pending.From >= MostBlocks || clock.GetUtcNow() - recordedAt >= MostTime)
        {
            status.Count(await Submit(pending, $"scan/{pending.From}/{pending.To.Hash}"));
            await Load();
        }

        status.SetScanned(Next - 1);
    }

    /// <summary>Gives up what is not recorded; says whether there was any.</summary>
    public bool Forget()
    {
        var had = pending is not null;
        pending = null;
        return had;
    }

    /// <summary>Recorded blocks that the scan can go back to.</summary>
    public Task<Mark[]> Marks() => log.Ask(w => w.Marks.ToArray());

    /// <summary>Records that the last recorded block is not in the chain any more, and what follows from that.</summary>
    public async Task<FactsRetracted?> Record(BlockRef? stands, BlockHeader actual)
    {
        var outcome = await Submit(new ForkSeen(log.Network, Recorded!, stands, actual), $"fork/{Recorded!.Hash}");
        status.Count(outcome);
        await Load();
        return outcome.OfType<FactsRetracted>().FirstOrDefault();
    }

    private Task<IReadOnlyList<object>> Submit(object content, string cause) =>
        log.Submit(new Input(content, EventId.Of($"{ChainWatcherSetup.Name}/{log.Network}/{rewinds}/{cause}")));
}
