using System.Threading.Channels;
using Skale.EventStore;

namespace Skale.Hosting;

/// <summary>
/// The single writer of a log: takes inputs from one channel, decides in memory, commits a batch of them in one append, and only then
/// answers. The state is always the fold of the log plus the batch in hand; when an append fails the state is thrown away and folded again.
/// </summary>
internal sealed class LogWriter<TState>(LogDefinition<TState> definition, TimeProvider clock, Action<Exception?> onStoreState)
{
    private const int MostInputsPerCommit = 512;
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly Channel<Work> inbox = Channel.CreateUnbounded<Work>(new UnboundedChannelOptions { SingleReader = true });
    private Fold<TState> fold = new(definition);
    private IEventLog log = null!;

    public long Position => fold.Position;

    /// <summary>Queues an input; the task ends when its events are durable, and returns them.</summary>
    public Task<IReadOnlyList<object>> Submit(Input input)
    {
        var work = new Work(input, null);
        return inbox.Writer.TryWrite(work) ? work.Done.Task : throw new InvalidOperationException($"Log '{definition.Name}' is closed.");
    }

    /// <summary>Runs a question over the state between two commits.</summary>
    public async Task<T> Read<T>(Func<TState, T> question)
    {
        T answer = default!;
        var work = new Work(null, state => answer = question(state));
        if (!inbox.Writer.TryWrite(work))
        {
            throw new InvalidOperationException($"Log '{definition.Name}' is closed.");
        }

        await work.Done.Task;
        return answer;
    }

    public async Task Load(IEventLog opened, CancellationToken stopping)
    {
        (log, fold) = (opened, new Fold<TState>(definition));
        await fold.CatchUp(log, stopping);
    }

    /// <summary>Records the start before anything else, then runs until cancelled or until the log refuses this writer.</summary>
    public async Task Run(CancellationToken stopping)
    {
        var batch = new List<Work>();
        try
        {
            if (Start() is { } start)
            {
                batch.Add(new Work(start, null));
                await CommitUntilDone(batch, stopping);
            }

            while (await inbox.Reader.WaitToReadAsync(stopping))
            {
                batch.Clear();
                while (batch.Count < MostInputsPerCommit && inbox.Reader.TryRead(out var work))
                {
                    batch.Add(work);
                }

                await CommitUntilDone(batch, stopping);
            }
        }
        finally
        {
            Close(batch);
        }
    }

    private Input? Start()
    {
        var now = clock.GetUtcNow();
        return definition.OnStart?.Invoke(fold.State, now) is { } start
            ? new Input(start, EventId.Of($"{definition.Name}/start/{fold.Position}/{now.UtcTicks}"))
            : null;
    }

    private async Task CommitUntilDone(List<Work> batch, CancellationToken stopping)
    {
        for (var pause = TimeSpan.FromMilliseconds(50); ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                if (fold.Stale)
                {
                    fold = new Fold<TState>(definition);
                    await fold.CatchUp(log, stopping);
                }

                await Commit(batch, stopping);
                onStoreState(null);
                return;
            }
            catch (Exception e) when (e is not (WriterFencedException or OperationCanceledException))
            {
                // Whether the append took effect is not known: fold what is there and decide again. Repeats decide nothing.
                fold.Stale = true;
                onStoreState(e);
                await Task.Delay(pause, clock, stopping);
            }
        }
    }

    private async Task Commit(List<Work> batch, CancellationToken stopping)
    {
        var events = new List<NewEvent>();
        foreach (var work in batch)
        {
            work.Decide(fold, definition, clock.GetUtcNow(), events);
        }

        if (events.Count > 0)
        {
            fold.Position = await log.Append(events, stopping);
        }

        foreach (var work in batch)
        {
            work.Complete();
        }
    }

    private void Close(List<Work> batch)
    {
        inbox.Writer.TryComplete();
        while (inbox.Reader.TryRead(out var late))
        {
            batch.Add(late);
        }

        foreach (var work in batch)
        {
            work.Done.TrySetException(new OperationCanceledException($"Log '{definition.Name}' was closed before the input was recorded."));
        }
    }

    /// <summary>One item of the inbox: an input to decide or a question to answer.</summary>
    private sealed class Work(Input? input, Action<TState>? question)
    {
        private Exception? refusal;
        private IReadOnlyList<object> outcome = [];

        public TaskCompletionSource<IReadOnlyList<object>> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Decide(Fold<TState> fold, LogDefinition<TState> definition, DateTimeOffset now, List<NewEvent> events)
        {
            (refusal, outcome) = (null, []);
            try
            {
                if (input is null)
                {
                    question!(fold.State);
                }
                else
                {
                    outcome = fold.Decide(definition, input, now, events);
                }
            }
            catch (Exception e) when (input is null || e is ImpossibleInputException)
            {
                refusal = e;
            }
        }

        public void Complete()
        {
            if (refusal is not null)
            {
                Done.TrySetException(refusal);
            }
            else
            {
                Done.TrySetResult(outcome);
            }
        }
    }
}
