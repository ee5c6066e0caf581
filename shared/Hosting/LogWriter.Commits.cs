using Skale.EventStore;

namespace Skale.Hosting;

// One commit: decided, appended, and tried again until it is known what became of it.
internal sealed partial class LogWriter<TState>
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private async Task CommitUntilDone(List<Work<TState>> batch, CancellationToken stopping)
    {
        Guid? attempted = null;
        for (var pause = TimeSpan.FromMilliseconds(50); ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                if (!await WasCommitted(attempted, stopping))
                {
                    var events = Decide(batch);
                    attempted = events.Count > 0 ? events[0].Id : null;
                    await Append(batch, events, stopping);
                }

                onStoreState(null);
                break;
            }
            catch (Exception e) when (e is DuplicateEventException or NeverStorableException && batch.Count > 1)
            {
                // One of them spoils the append for all: each is tried alone.
                fold.Stale = true;
                foreach (var work in batch)
                {
                    await CommitUntilDone([work], stopping);
                }

                return;
            }
            catch (NeverStorableException e)
            {
                fold.Stale = true;
                batch[0].Refuse(e.InnerException!);
                break;
            }
            catch (Exception e) when (MayPass(e, stopping))
            {
                fold.Stale = true;
                onStoreState(e);
                await Task.Delay(pause, clock, stopping);
            }
        }

        foreach (var work in batch)
        {
            work.Complete();
        }
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

    private List<NewEvent> Decide(List<Work<TState>> batch)
    {
        var events = new List<NewEvent>();
        foreach (var work in batch)
        {
            work.Decide(fold, definition, clock.GetUtcNow(), events);
        }

        return events;
    }

    /// <summary>Until it returns, the state holds what may not be in the log.</summary>
    private async Task Append(List<Work<TState>> batch, List<NewEvent> events, CancellationToken stopping)
    {
        if (events.Count == 0)
        {
            return;
        }

        try
        {
            fold.Stale = true;
            var before = fold.Position;
            fold.Position = await log.Append(events, stopping);
            (fold.LastId, fold.Stale) = (events[^1].Id, false);
            recent?.Add(before, fold.Position, events, batch.SelectMany(work => work.Outcome));
        }
        catch (ArgumentException e)
        {
            throw new NeverStorableException(e);
        }
        finally
        {
            if (fold.Stale)
            {
                recent?.Lose();
            }
        }
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
