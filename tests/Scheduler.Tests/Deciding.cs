using Skale.Scheduler.Domain;

namespace Skale.Scheduler.Tests;

/// <summary>One input decided to its end, as the log's writer does it: its own events, then what follows from the state.</summary>
internal static class Deciding
{
    public static NetworkDecider Decider { get; } = new();

    /// <summary>Folds every event as it is decided and returns them all.</summary>
    public static IReadOnlyList<object> Run(Network state, object input, DateTimeOffset now, Action<Network, object>? afterEach = null)
    {
        var events = new List<object>();
        for (var step = Decider.Decide(state, input, now); step.Count > 0; step = Decider.Next(state, now))
        {
            foreach (var e in step)
            {
                Decider.Evolve(state, e);
                events.Add(e);
                afterEach?.Invoke(state, e);
            }
        }

        return events;
    }

    public static Network Fold(IEnumerable<object> events)
    {
        var state = Decider.Initial();
        foreach (var e in events)
        {
            Decider.Evolve(state, e);
        }

        return state;
    }
}
