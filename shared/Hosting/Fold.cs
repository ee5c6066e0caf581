using Skale.EventStore;

namespace Skale.Hosting;

/// <summary>The state of a log in memory, with the version of every stream.</summary>
internal sealed class Fold<TState>(LogDefinition<TState> definition, TState state, Dictionary<string, long> versions, long position, Guid lastId)
{
    /// <summary>Of nothing.</summary>
    public Fold(LogDefinition<TState> definition)
        : this(definition, definition.Decider.Initial(), [], 0, Guid.Empty)
    {
    }

    public TState State { get; } = state;

    public long Position { get; set; } = position;

    /// <summary>Id of the event at <see cref="Position"/>.</summary>
    public Guid LastId { get; set; } = lastId;

    /// <summary>The state holds events that may not be in the log: it must be folded again before use.</summary>
    public bool Stale { get; set; }

    /// <summary>The version of every stream now.</summary>
    public IReadOnlyDictionary<string, long> Versions() => new Dictionary<string, long>(versions);

    /// <summary>Folds what is new in the log; true when an event of the given id is among it.</summary>
    public async Task<bool> CatchUp(IEventLog log, Guid? wanted, CancellationToken stopping)
    {
        var found = false;
        await foreach (var stored in log.ReadAll(Position, stopping))
        {
            definition.Decider.Evolve(State, definition.Types.Deserialize(stored));
            versions[stored.Stream] = stored.Version;
            (Position, LastId) = (stored.Position, stored.Id);
            found |= stored.Id == wanted;
        }

        return found;
    }

    /// <summary>Decides one input to its end: its own events, then whatever follows from the state.</summary>
    public IReadOnlyList<object> Decide(LogDefinition<TState> rules, Input input, DateTimeOffset now, List<NewEvent> events)
    {
        var at = new DateTimeOffset(now.Ticks - (now.Ticks % TimeSpan.TicksPerMicrosecond), now.Offset);
        var outcome = new List<object>();
        Guid? root = null;
        for (var step = rules.Decider.Decide(State, input.Content, at); step.Count > 0; step = rules.Decider.Next(State, at))
        {
            foreach (var decided in step)
            {
                var stream = rules.Decider.StreamOf(decided);
                var version = versions.GetValueOrDefault(stream) + 1;
                var (type, data) = rules.Types.Serialize(decided);
                var own = rules.IdOf?.Invoke(decided);
                var id = own ?? EventId.Of(rules.Name, input.Cause, outcome.Count);
                var cause = input.CausedBy ?? input.Cause;
                events.Add(own is null
                    ? new NewEvent(id, stream, version, type, data, at, root ?? cause, input.Correlation ?? cause, outcome.Count == 0 ? MessageHeader.Of(input) : default)
                    : new NewEvent(id, stream, version, type, data, at, cause, input.Correlation ?? id));
                rules.Decider.Evolve(State, decided);
                versions[stream] = version;
                outcome.Add(decided);
                root ??= own is null ? id : null;
            }
        }

        return outcome;
    }
}
