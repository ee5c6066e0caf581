using Skale.EventStore;

namespace Skale.Hosting;

// One commit: decided, appended, and tried again until it is known what became of it.
internal sealed partial class LogWriter<TState>
{
    // A commit with this many is as cheap for each event as a larger one, and what it holds can be published while the next is decided and stored.
    private const int EventsWorthCommit = 1_000;

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <param name="flight">The batch where it was sent already.</param>
    /// <returns>Whether it was stored at the first attempt.</returns>
    private async Task<bool> CommitUntilDone(List<Work<TState>> batch, Flight? flight, CancellationToken stopping)
    {
        Guid? attempted = null;
        var isFirst = true;
        for (var pause = TimeSpan.FromMilliseconds(50); ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                if (flight is not null || !await WasCommitted(attempted, stopping))
                {
                    flight ??= Send(batch, Decide(batch), stopping);
                    attempted = flight.Events.Count > 0 ? flight.Events[0].Id : null;
                    await Store(flight);
                }

                onStoreState(null);
                break;
            }
            catch (Exception e) when (e is DuplicateEventException or NeverStorableException && batch.Count > 1)
            {
                // One of them spoils the append for all: each is tried alone.
                Void();
                foreach (var work in batch)
                {
                    await CommitUntilDone([work], null, stopping);
                }

                return false;
            }
            catch (NeverStorableException e)
            {
                Void();
                isFirst = false;
                batch[0].Refuse(e.InnerException!);
                break;
            }
            catch (Exception e) when (MayPass(e, stopping))
            {
                Void();
                (isFirst, flight) = (false, null);
                onStoreState(e);
                await Task.Delay(pause, clock, stopping);
            }
        }

        foreach (var work in batch)
        {
            work.Complete();
        }

        return isFirst;
    }

    /// <summary>After a failure the log is folded again, and shows whether the last append took effect: an append is there whole or not at all.</summary>
    private async Task<bool> WasCommitted(Guid? attempted, CancellationToken stopping)
    {
        if (!fold.Stale)
        {
            return false;
        }

        await (log is IMendableLog mendable ? mendable.Mend(stopping) : Task.CompletedTask);
        var again = snapshots is null ? new Fold<TState>(definition) : await snapshots.Confirm(await snapshots.Read(log, stopping), log, stopping);
        var found = await again.CatchUp(log, attempted, stopping);
        fold = again;
        return found;
    }

    /// <summary>
    /// Puts off those of the batch for which there is no room beside the others. From here on until it is stored, the state holds what is not in the log: no snapshot is taken of it.
    /// </summary>
    private List<NewEvent> Decide(List<Work<TState>> batch)
    {
        var events = new List<NewEvent>();
        for (var i = 0; i < batch.Count; i++)
        {
            batch[i].Decide(fold, definition, clock.GetUtcNow(), events);
            if (events.Count >= EventsWorthCommit)
            {
                putOff.InsertRange(0, batch[(i + 1)..]);
                batch.RemoveRange(i + 1, batch.Count - i - 1);
            }
        }

        fold.Stale |= events.Count > 0;
        return events;
    }

    private static bool MayPass(Exception e, CancellationToken stopping) => e switch
    {
        WriterFencedException or JournalCorruptException => false,
        OperationCanceledException => !stopping.IsCancellationRequested,
        _ => true,
    };

    /// <summary>The store will refuse these events however often they come.</summary>
    private sealed class NeverStorableException(ArgumentException reason) : Exception(reason.Message, reason);
}
