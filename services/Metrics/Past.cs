using Skale.EventStore;
using Skale.Metrics.Domain;

namespace Skale.Metrics;

/// <summary>The network at a moment of its past.</summary>
/// <param name="Next">The first event behind it; null when there is none, and this is the present state.</param>
public sealed record PastView(PastMoment Asked, NetworkView View, Recorded? Next);

/// <summary>Folds the scheduler's log up to moments of the past, in one reading.</summary>
public static class Past
{
    /// <returns>One view for each moment, in the order asked.</returns>
    public static async Task<IReadOnlyList<PastView>> Read(IEventLog log, IReadOnlyList<PastMoment> moments, Action<long>? onPosition = null, CancellationToken cancellation = default)
    {
        var found = new PastView?[moments.Count];
        var view = NetworkView.Empty;
        await foreach (var stored in log.ReadAll(0, cancellation))
        {
            var recorded = EventReader.Read(stored);
            for (var i = 0; i < moments.Count; i++)
            {
                found[i] ??= moments[i].IsBefore(recorded) ? new PastView(moments[i], view, recorded) : null;
            }

            if (Array.TrueForAll(found, f => f is not null))
            {
                break;
            }

            view = NetworkFold.Evolve(view, recorded);
            onPosition?.Invoke(stored.Position);
        }

        return [.. moments.Select((moment, i) => found[i] ?? new PastView(moment, view, null))];
    }
}
