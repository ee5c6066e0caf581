using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent.Tests;

/// <summary>Given what happened, when an input comes, then these events.</summary>
internal sealed class Rules
{
    private readonly AssignmentDecider decider = new(Some.Node);

    private Rules(IEnumerable<object> history)
    {
        State = decider.Initial();
        foreach (var stored in history)
        {
            decider.Evolve(State, stored);
        }
    }

    public Assignment State { get; }

    public static Rules Given(params object[] history) => new(history);

    /// <summary>Decides without recording.</summary>
    public object[] When(object input, DateTimeOffset? now = null) => [.. decider.Decide(State, input, now ?? Some.Time)];

    /// <summary>Decides and records.</summary>
    public Rules Take(object input, DateTimeOffset? now = null)
    {
        foreach (var stored in When(input, now))
        {
            decider.Evolve(State, stored);
        }

        return this;
    }
}
