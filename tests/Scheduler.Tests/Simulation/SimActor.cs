using Skale.EventStore;

namespace Skale.Scheduler.Tests.Simulation;

/// <summary>One service: its rules, its log, and how far its log is published.</summary>
internal sealed class SimActor<TState>(IDecider<TState> rules, Action<object> publish, Action<TState, object>? afterEach = null)
{
    private readonly List<object> log = [];
    private int published;

    public TState State { get; private set; } = rules.Initial();

    public IReadOnlyList<object> Log => log;

    public bool HasUnpublished => published < log.Count;

    /// <summary>Decides to the end, as the log's writer does; what is impossible goes to the error queue and leaves nothing behind.</summary>
    public void Submit(object input, DateTimeOffset now)
    {
        try
        {
            for (var step = rules.Decide(State, input, now); step.Count > 0; step = rules.Next(State, now))
            {
                foreach (var e in step)
                {
                    rules.Evolve(State, e);
                    log.Add(e);
                    afterEach?.Invoke(State, e);
                }
            }
        }
        catch (ImpossibleInputException)
        {
        }
    }

    public void Relay(int most)
    {
        for (; most > 0 && HasUnpublished; most--)
        {
            publish(log[published++]);
        }
    }

    /// <summary>The process ends and another one folds the log; its relay's checkpoint may lag behind what it had published.</summary>
    public void Restart(int forgotten)
    {
        (State, published) = (rules.Initial(), Math.Max(0, published - forgotten));
        foreach (var e in log)
        {
            rules.Evolve(State, e);
        }
    }

    public void RepublishAll() => published = 0;
}
