using Skale.EventStore;

namespace Skale.Hosting;

/// <summary>What every log knows beside the events of its own service: <see cref="RelaySkipped"/>, an input of the operator that changes no state and is announced to nobody.</summary>
internal static class RelaySkips
{
    /// <summary>The rules of a log that know it.</summary>
    public static LogDefinition<TState> Known<TState>(LogDefinition<TState> rules) => rules with
    {
        Types = rules.Types.Copy().Add<RelaySkipped>(RelaySkipped.Alias),
        Decider = new Decider<TState>(rules.Decider),
        Announce = stored => stored is RelaySkipped ? null : rules.Announce(stored),
        IdOf = stored => stored is RelaySkipped ? null : rules.IdOf?.Invoke(stored),
        InputOf = rules.InputOf is { } inputOf ? stored => stored is RelaySkipped ? stored : inputOf(stored) : null,
    };

    private sealed class Decider<TState>(IDecider<TState> rules) : IDecider<TState>
    {
        public TState Initial() => rules.Initial();

        public void Evolve(TState state, object stored)
        {
            if (stored is not RelaySkipped)
            {
                rules.Evolve(state, stored);
            }
        }

        public IReadOnlyList<object> Decide(TState state, object input, DateTimeOffset now) => input is RelaySkipped ? [input] : rules.Decide(state, input, now);

        public IReadOnlyList<object> Next(TState state, DateTimeOffset now) => rules.Next(state, now);

        public string StreamOf(object stored) => stored is RelaySkipped ? RelaySkipped.Stream : rules.StreamOf(stored);
    }
}
