using Skale.EventStore;

namespace Skale.Hosting;

/// <summary>
/// Events on their way to the broker, in the order of the log: one round trip to the broker for each would bound what a log publishes, whatever the machine. Only the oldest is
/// ever taken off, once it is confirmed, so whoever stands behind it goes again when it could not be.
/// </summary>
internal sealed class PublishWindow
{
    private const int Most = 100;
    private readonly Queue<(StoredEvent Stored, Task Confirmed)> underway = [];

    /// <summary>The event that must be confirmed next; null when none is on its way.</summary>
    public StoredEvent? Oldest => underway.TryPeek(out var oldest) ? oldest.Stored : null;

    /// <summary>Whether the oldest is worth waiting for: it is done, or there is no room behind it.</summary>
    public bool IsDue => underway.TryPeek(out var oldest) && (oldest.Confirmed.IsCompleted || underway.Count >= Most);

    /// <param name="confirmed">Already ended for an event that stays inside.</param>
    public void Add(StoredEvent stored, Task confirmed) => underway.Enqueue((stored, confirmed));

    /// <summary>Until the oldest is confirmed, which is then off; throws what kept it from that, and leaves it.</summary>
    public async Task<StoredEvent> Settle()
    {
        await underway.Peek().Confirmed;
        return underway.Dequeue().Stored;
    }

    /// <summary>Forgets all that are on their way, once nothing happens to them any more.</summary>
    public async Task Abandon()
    {
        await Task.WhenAll(underway.Select(u => u.Confirmed)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        underway.Clear();
    }
}
