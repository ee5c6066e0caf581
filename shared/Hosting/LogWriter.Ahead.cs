using Skale.EventStore;

namespace Skale.Hosting;

// While a commit is under way the next is decided, as if it were stored already; it is sent when that is so, and decided again when it is not.
internal sealed partial class LogWriter<TState>
{
    private Flight? underWay;
    private bool isAhead;

    /// <param name="Before">The position behind which it goes.</param>
    /// <param name="Stored">Ends when it is, with the position of its last event.</param>
    private sealed record Flight(List<Work<TState>> Batch, List<NewEvent> Events, long Before, Task<long> Stored);

    /// <summary>Decides a batch, and sends it when the one before it is stored.</summary>
    private async Task Commit(List<Work<TState>> batch, CancellationToken stopping)
    {
        if (snapshots?.IsDue(fold) ?? false)
        {
            await Land(stopping);
        }

        if (underWay is null && fold.Stale)
        {
            await CommitUntilDone(batch, null, stopping);
            return;
        }

        // Also where it throws in the midst of it.
        isAhead = true;
        var events = Decide(batch);
        isAhead = events.Count > 0;
        var isAsDecided = await Land(stopping);
        isAhead = false;
        if (isAsDecided)
        {
            underWay = Send(batch, events, stopping);
        }
        else
        {
            await CommitUntilDone(batch, null, stopping);
        }
    }

    /// <summary>Until what is under way is stored.</summary>
    /// <returns>Whether it was at once. Otherwise the state was folded again, and what was decided ahead must be decided again.</returns>
    private async Task<bool> Land(CancellationToken stopping)
    {
        var isAsDecided = underWay is not { } flight || await CommitUntilDone(flight.Batch, flight, stopping);
        underWay = null;
        snapshots?.Offer(fold, log);
        return isAsDecided;
    }

    /// <summary>The state holds what may not be in the log, and nothing that is decided on it counts.</summary>
    private void Void() => (fold.Stale, isAhead) = (true, false);

    /// <summary>At the end what was sent is not tried again; it is answered if it was stored.</summary>
    private async Task LandLast()
    {
        try
        {
            if (underWay is { } flight)
            {
                await Store(flight);
                flight.Batch.ForEach(work => work.Complete());
            }
        }
        catch (Exception)
        {
            // Whoever waits is told that the log has ended, and why is told by what ended it.
            Void();
            underWay!.Batch.ForEach(work => work.End(definition.Name));
        }
    }

    /// <summary>Does not throw: what fails is in the task.</summary>
    private Flight Send(List<Work<TState>> batch, List<NewEvent> events, CancellationToken stopping)
    {
        return new(batch, events, fold.Position, Append());

        async Task<long> Append() => events.Count == 0 ? fold.Position : await log.Append(events, stopping);
    }

    private async Task Store(Flight flight)
    {
        if (flight.Events.Count == 0)
        {
            return;
        }

        try
        {
            fold.Position = await flight.Stored;
            (fold.LastId, fold.Stale) = (flight.Events[^1].Id, isAhead);
            recent?.Add(flight.Before, fold.Position, flight.Events, flight.Batch.SelectMany(work => work.Outcome));
        }
        catch (ArgumentException e)
        {
            throw new NeverStorableException(e);
        }
        finally
        {
            if (fold.Position == flight.Before)
            {
                recent?.Lose();
            }
        }
    }
}
