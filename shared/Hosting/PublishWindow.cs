using Skale.EventStore;

namespace Skale.Hosting;

/// <summary>
/// Events on their way to the broker, in the order of the log: one round trip to the broker for each would bound what a log publishes, whatever the machine. Only the oldest is
/// ever taken off, once it is confirmed, so whoever stands behind it goes again when it could not be.
/// </summary>
internal sealed class PublishWindow(TimeProvider clock)
{
    private const int MostEvents = 100;
    private static readonly TimeSpan ConfirmWithin = TimeSpan.FromSeconds(15);
    private readonly Queue<(StoredEvent Stored, Task Confirmed, long Sent)> underway = [];

    /// <summary>The event that must be confirmed next; null when none is on its way.</summary>
    public StoredEvent? Oldest => underway.TryPeek(out var oldest) ? oldest.Stored : null;

    /// <summary>Whether the oldest is worth waiting for: it is done, or there is no room behind it.</summary>
    public bool IsDue => underway.TryPeek(out var oldest) && (oldest.Confirmed.IsCompleted || underway.Count >= MostEvents);

    /// <param name="confirmed">Already ended for an event that stays inside.</param>
    public void Add(StoredEvent stored, Task confirmed) => underway.Enqueue((stored, confirmed, clock.GetTimestamp()));

    /// <summary>Until the oldest is confirmed, which is then off; throws what kept it from that, and leaves it.</summary>
    /// <exception cref="TimeoutException">It was not confirmed in time.</exception>
    public async Task<StoredEvent> Settle()
    {
        var (stored, confirmed, sent) = underway.Peek();
        var left = ConfirmWithin - clock.GetElapsedTime(sent);
        try
        {
            await (confirmed.IsCompleted ? confirmed : confirmed.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, clock));
        }
        catch (TimeoutException) when (!confirmed.IsCompleted)
        {
            throw new TimeoutException($"The broker has not confirmed the message within {ConfirmWithin.TotalSeconds:0} s.");
        }

        underway.Dequeue();
        return stored;
    }

    /// <summary>Forgets all that are on their way, once nothing happens to them any more.</summary>
    public async Task Abandon()
    {
        await Task.WhenAll(underway.Select(u => u.Confirmed)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        underway.Clear();
    }
}
