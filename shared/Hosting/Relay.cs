using System.Diagnostics;
using MassTransit;
using Skale.Contracts;
using Skale.EventStore;

namespace Skale.Hosting;

/// <summary>
/// Publishes a log: reads its committed events in order, publishes what each is announced as, waits for the broker's confirm, and only
/// then moves its checkpoint. It stops at what it cannot publish rather than skip it, and tries again, until an operator asks for exactly that event to be skipped:
/// which is recorded first.
/// </summary>
internal sealed class Relay<TState>(
    LogDefinition<TState> definition, IEventLog log, IBus bus, TimeProvider clock, Func<Input, Task<IReadOnlyList<object>>> submit, Action<StoredEvent?, Exception?> onState)
{
    private const string Reader = LogStore.RelayCheckpoint;
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan CheckpointEvery = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan ConfirmWithin = TimeSpan.FromSeconds(15);
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
            Position = await log.LoadCheckpoint(Reader, stopping);
            loaded = true;
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
                Position = loaded ? Position : await log.LoadCheckpoint(Reader, stopping);
                loaded = true;
                await PublishNews(stopping);
                onState(null, null);
                pause = TimeSpan.FromMilliseconds(50);
                await log.WaitForAppend(Position, TimeSpan.FromSeconds(1), stopping);
            }
            catch (Exception e) when (e is not OperationCanceledException || !stopping.IsCancellationRequested)
            {
                onState(current, e);
                if (current is not null && await TrySkip(current, stopping))
                {
                    continue;
                }

                await Task.Delay(pause, clock, stopping);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    private async Task PublishNews(CancellationToken stopping)
    {
        var saved = Position;
        var sinceSave = Stopwatch.StartNew();
        try
        {
            await foreach (var stored in log.ReadAll(Position, stopping))
            {
                (WaitingSince, current) = (stored.At, stored);
                await Publish(stored, stopping);
                (Position, current) = (stored.Position, null);
                if (sinceSave.Elapsed > CheckpointEvery)
                {
                    await log.SaveCheckpoint(Reader, saved = Position, stopping);
                    sinceSave.Restart();
                }

                if (Interlocked.Exchange(ref rewind, long.MaxValue) is var back && back < Position)
                {
                    Position = back;
                    break;
                }
            }
        }
        finally
        {
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

    private async Task Publish(StoredEvent stored, CancellationToken stopping)
    {
        if (definition.Announce(definition.Types.Deserialize(stored)) is { } message)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            limit.CancelAfter(ConfirmWithin);
            try
            {
                await bus.Publish(message, message.GetType(), context => Headers(context, message, stored), limit.Token);
            }
            catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
            {
                throw new TimeoutException($"The broker has not confirmed the message within {ConfirmWithin.TotalSeconds:0} s.");
            }
        }
    }

    private void Headers(PublishContext context, object message, StoredEvent stored)
    {
        // A fact or a report that reaches no queue would be lost: the broker returns it, and the relay waits until its receiver has bound one.
        // Orders are not waited for: an agent that starts asks for its whole assignment.
        if (context is RabbitMqSendContext rabbit)
        {
            rabbit.Mandatory = message is IFact or IReport;
        }

        context.MessageId = stored.Id;
        context.CorrelationId = stored.CorrelationId;
        context.InitiatorId = stored.CausationId;
        context.Headers.Set(BusHeaders.Log, definition.Name);
        context.Headers.Set(BusHeaders.Position, stored.Position);
        context.Headers.Set(BusHeaders.Stream, stored.Stream);
        context.Headers.Set(BusHeaders.Version, stored.Version);
    }

    private static void InterlockedMin(ref long target, long value)
    {
        long seen;
        while (value < (seen = Interlocked.Read(ref target)) && Interlocked.CompareExchange(ref target, value, seen) != seen)
        {
        }
    }
}
