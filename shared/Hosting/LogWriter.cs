using System.Threading.Channels;
using Skale.EventStore;

namespace Skale.Hosting;

/// <summary>
/// The single writer of a log: takes inputs from one channel, decides in memory, commits a batch of them in one append, and only then
/// answers. The state is always the fold of the log plus the batches in hand, of which one may be under way while the next is decided; when an append fails the state is thrown away and folded again.
/// </summary>
internal sealed partial class LogWriter<TState>(LogDefinition<TState> definition, TimeProvider clock, Action<Exception?> onStoreState, Snapshots<TState>? snapshots = null, RecentCommits? recent = null)
{
    private const int MostInputsPerCommit = 2_000;

    // Of the inputs taken from the inbox, those that the commit before had no room for.
    private readonly List<Work<TState>> putOff = [];
    private readonly Channel<Work<TState>> inbox = Channel.CreateUnbounded<Work<TState>>(new UnboundedChannelOptions { SingleReader = true });
    private Fold<TState> fold = new(definition);
    private Fold<TState>? unconfirmed;
    private IEventLog? prepared;
    private IEventLog log = null!;

    public long Position => fold.Position;

    /// <summary>Queues an input; the task ends when its events are durable, and returns them.</summary>
    public Task<IReadOnlyList<object>> Submit(Input input) => Queue(new Work<TState>(input, null));

    /// <summary>Runs a question over the state between two commits.</summary>
    public async Task<T> Read<T>(Func<TState, T> question)
    {
        T answer = default!;
        await Queue(new Work<TState>(null, state => answer = question(state)));
        return answer;
    }

    /// <summary>Reads the log's snapshot, once for each time that it is opened; nobody need be done opening it for writing.</summary>
    public async Task Prepare(IEventLog reading, CancellationToken stopping)
    {
        if (snapshots is not null && fold.Position == 0 && prepared != reading)
        {
            (unconfirmed, prepared) = (await snapshots.Read(reading, stopping), reading);
        }
    }

    /// <summary>Folds what is new in a log that another process writes.</summary>
    public async Task Follow(IEventLog reading, CancellationToken stopping)
    {
        await Prepare(reading, stopping);
        if (unconfirmed is { } read)
        {
            (fold, unconfirmed) = (await snapshots!.Confirm(read, reading, stopping), null);
        }

        await fold.CatchUp(reading, null, stopping);
    }

    /// <summary>Folds what is still new in the log that is written from here on; all of it when it ends before what was followed, which an older copy does.</summary>
    public async Task Load(IEventLog opened, CancellationToken stopping)
    {
        (log, fold) = (opened, await opened.Head(stopping) < fold.Position ? new Fold<TState>(definition) : fold);
        await Follow(log, stopping);
    }

    /// <summary>After <see cref="Run"/> has ended: what is recorded is kept for the next start to begin from.</summary>
    public Task Rest() => snapshots?.TakeLast(fold, log) ?? Task.CompletedTask;

    /// <summary>Records the start before anything else, then runs until cancelled or until the log refuses this writer.</summary>
    /// <exception cref="ImpossibleInputException">The rules refuse the start: this log is not for this process.</exception>
    public async Task Run(CancellationToken stopping)
    {
        List<Work<TState>> batch = [];
        try
        {
            if (Start() is { } input)
            {
                var start = new Work<TState>(input, null);
                await CommitUntilDone([start], null, stopping);
                await start.Done;
            }

            while (await Next(stopping) is { } next)
            {
                batch = next;
                await Commit(batch, stopping);
            }
        }
        finally
        {
            await LandLast();
            End(batch);
        }
    }

    /// <summary>Tells everybody who waits, and everybody who comes later, that nothing is recorded any more.</summary>
    public void End() => End([]);

    /// <summary>What waits; null when nothing comes any more. What is under way comes to its end first, unless more than a commit of them waits.</summary>
    private async Task<List<Work<TState>>?> Next(CancellationToken stopping)
    {
        if (putOff.Count == 0)
        {
            await Land(stopping);
            if (!await inbox.Reader.WaitToReadAsync(stopping))
            {
                return null;
            }
        }

        List<Work<TState>> batch = [.. putOff];
        putOff.Clear();
        while (batch.Count < MostInputsPerCommit && inbox.Reader.TryRead(out var work))
        {
            batch.Add(work);
        }

        return batch;
    }

    private Task<IReadOnlyList<object>> Queue(Work<TState> work)
    {
        if (!inbox.Writer.TryWrite(work))
        {
            work.End(definition.Name);
        }

        return work.Done;
    }

    private void End(List<Work<TState>> batch)
    {
        inbox.Writer.TryComplete();
        batch.AddRange(putOff);
        while (inbox.Reader.TryRead(out var late))
        {
            batch.Add(late);
        }

        batch.ForEach(work => work.End(definition.Name));
    }

    private Input? Start()
    {
        var now = clock.GetUtcNow();
        return definition.OnStart?.Invoke(fold.State, now) is { } start
            ? new Input(start, EventId.Of($"{definition.Name}/start/{fold.Position}/{now.UtcTicks}"))
            : null;
    }
}
