using System.Diagnostics;
using MassTransit;
using Skale.EventStore;

namespace Skale.Hosting;

/// <summary>
/// Publishes a log: takes its committed events in order, from the writer's hand or from the log, publishes what each is announced as, some at once, waits for the broker's confirms in that order, and only
/// then moves its checkpoint. It stops at what it cannot publish rather than skip it, and tries again, until an operator asks for exactly that event to be skipped:
/// which is recorded first.
/// </summary>
internal sealed class Relay<TState>(
    LogDefinition<TState> definition, IEventLog log, RecentCommits recent, IBus bus, MessageSigner signer, TimeProvider clock, Func<Input, Task<IReadOnlyList<object>>> submit, Action<StoredEvent?, Exception?> onState)
{
    private const string Reader = LogStore.RelayCheckpoint;
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan CheckpointEvery = TimeSpan.FromMilliseconds(200);
    private readonly LogTail tail = new(log, recent);
    private LogPublisher<TState> publisher = new(definition, bus, signer, clock);
    private long rewind = long.MaxValue;
    private StoredEvent? current;
    private bool loaded;

    /// <summary>Position of the last event that is published or stays inside.</summary>
    public long Position { get; private set; }

    /// <summary>When the oldest event that still waits to be published happened; null when none does.</summary>
    public DateTimeOffset? WaitingSince { get; private set; }

    /// <summary>Publishes again everything behind a position. Receivers know repeats by their message id or number.</summary>
    public void RewindTo(long position) => InterlockedMin(ref rewind, position);

    /// <summary>Finds out where it stands and since when events wait, before there is a bus to publish to.</summary>
    public async Task Prepare(CancellationToken stopping)
    {
        try
        {
            await FindPlace(stopping);
            await foreach (var oldest in log.ReadAll(Position, stopping))
            {
                WaitingSince = oldest.At;
                break;
            }
        }
        catch (Exception e) when (e is not OperationCanceledException || !stopping.IsCancellationRequested)
        {
            onState(null, e);
        }
    }

    public async Task Run(CancellationToken stopping)
    {
        var pause = TimeSpan.FromMilliseconds(50);
        while (!stopping.IsCancellationRequested)
        {
            current = null;
            try
            {
                await FindPlace(stopping);
                await PublishNews(stopping);
                onState(null, null);
                pause = TimeSpan.FromMilliseconds(50);
                await tail.Wait(Position, TimeSpan.FromSeconds(1), stopping);
            }
            catch (Exception e) when (e is not OperationCanceledException || !stopping.IsCancellationRequested)
            {
                onState(current, e);
                publisher = new(definition, bus, signer, clock);
                if (current is not null && await TrySkip(current, stopping))
                {
                    continue;
                }

                await Task.Delay(pause, clock, stopping);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    private async Task FindPlace(CancellationToken stopping)
    {
        Position = loaded ? Position : await log.LoadCheckpoint(Reader, stopping);
        loaded = true;
    }

    private async Task PublishNews(CancellationToken stopping)
    {
        var (window, saved, sinceSave) = (new PublishWindow(clock), Position, Stopwatch.StartNew());
        using var underway = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        try
        {
            await foreach (var committed in tail.Behind(Position, stopping))
            {
                var (confirmed, alone) = publisher.Send(committed, underway.Token);
                window.Add(committed.Stored, confirmed);
                WaitingSince = window.Oldest!.At;
                await Settle(window, all: alone);
                if (sinceSave.Elapsed > CheckpointEvery)
                {
                    await log.SaveCheckpoint(Reader, saved = Position, stopping);
                    sinceSave.Restart();
                    onState(null, null);
                }

                if (Interlocked.Exchange(ref rewind, long.MaxValue) is var back && back < Position)
                {
                    await window.Abandon();
                    Position = back;
                    break;
                }
            }

            await Settle(window, all: true);
        }
        finally
        {
            await underway.CancelAsync();
            await window.Abandon();
            if (saved != Position)
            {
                await log.SaveCheckpoint(Reader, Position, CancellationToken.None);
            }
        }

        WaitingSince = null;
        if (Interlocked.Exchange(ref rewind, long.MaxValue) is var later && later < Position)
        {
            Position = later;
        }
    }

    /// <summary>Moves behind what is confirmed.</summary>
    /// <param name="all">Waits for everything on its way.</param>
    private async Task Settle(PublishWindow window, bool all)
    {
        while (all ? window.Oldest is not null : window.IsDue)
        {
            current = window.Oldest;
            Position = (await window.Settle()).Position;
            current = null;
        }

        tail.Forget(Position);
    }

    /// <summary>Passes over the event at which the relay is stuck, when an operator asked for it and that is on record.</summary>
    private async Task<bool> TrySkip(StoredEvent stuck, CancellationToken stopping)
    {
        try
        {
            var requests = log is ISkipRequests skips ? await skips.ReadSkipRequests(stuck.Position - 1, stopping) : [];
            if (requests is not [{ } request, ..] || request.Position != stuck.Position)
            {
                return false;
            }

            // The id follows from the position: a crash behind this commit records it no second time.
            var skipped = new RelaySkipped(stuck.Position, stuck.Type, request.Reason, request.By, request.At);
            await submit(new Input(skipped, EventId.Of($"{definition.Name}/relay-skip/{stuck.Position}")));
            Position = stuck.Position;
            await log.SaveCheckpoint(Reader, Position, stopping);
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException || !stopping.IsCancellationRequested)
        {
            onState(stuck, e);
            return false;
        }
    }

    private static void InterlockedMin(ref long target, long value)
    {
        long seen;
        while (value < (seen = Interlocked.Read(ref target)) && Interlocked.CompareExchange(ref target, value, seen) != seen)
        {
        }
    }
}
