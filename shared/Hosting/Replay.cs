using Skale.EventStore;

namespace Skale.Hosting;

/// <summary>What came of deciding the inputs of a log again.</summary>
/// <param name="Inputs">Decided again.</param>
/// <param name="Events">Compared with history: the inputs and everything that follows from them.</param>
/// <param name="Difference">The first; null when everything is decided as in history.</param>
public sealed record ReplayResult(long Inputs, long Events, ReplayDifference? Difference);

/// <summary>Where history and the rules part.</summary>
/// <param name="Reason">What differs, in words.</param>
/// <param name="History">What is stored at the position; null when the log ends before it.</param>
/// <param name="Now">What is decided for the position; null when nothing is.</param>
public sealed record ReplayDifference(long Position, string Reason, StoredEvent? History, NewEvent? Now);

/// <summary>
/// Decides every input of a log again, in order, on a state folded beside, and compares what the rules give now with what is stored: type, stream, version, data,
/// time, cause, correlation and id. Takes the memory of the state and of one decision, however long the log.
/// </summary>
public static class Replay
{
    /// <param name="rules">Of a log that tells its inputs (<see cref="LogDefinition{TState}.InputOf"/>).</param>
    /// <param name="onPosition">Told after every event that is as in history.</param>
    public static async Task<ReplayResult> Run<TState>(LogDefinition<TState> rules, IEventLog log, Action<long>? onPosition = null, CancellationToken cancellation = default)
    {
        var replay = new Decisions<TState>(rules);
        await foreach (var stored in log.ReadAll(0, cancellation))
        {
            if (replay.Take(stored) is { } difference)
            {
                return replay.Result(difference);
            }

            onPosition?.Invoke(stored.Position);
        }

        return replay.Result(replay.End());
    }

    private sealed class Decisions<TState>(LogDefinition<TState> rules)
    {
        private readonly Func<object, object?> inputOf = rules.InputOf ?? throw new ArgumentException($"Log '{rules.Name}' does not keep its inputs; they cannot be decided again.", nameof(rules));
        private readonly Fold<TState> fold = new(rules);
        private readonly List<NewEvent> decided = [];
        private int compared;
        private long inputs;

        /// <summary>Compares the next event of the log with what is decided now; null when they are alike.</summary>
        public ReplayDifference? Take(StoredEvent stored)
        {
            if (stored.Position != fold.Position + 1)
            {
                return new ReplayDifference(fold.Position + 1, $"the log goes on with position {stored.Position}: events are missing", null, null);
            }

            if (compared == decided.Count && Decide(stored) is { } refusal)
            {
                return new ReplayDifference(stored.Position, refusal, stored, null);
            }

            var now = decided[compared];
            var parts = EventComparison.Differences(Present(stored, now), now);
            if (parts.Count > 0)
            {
                return new ReplayDifference(stored.Position, $"not alike: {string.Join(", ", parts)}", stored, now);
            }

            (compared, fold.Position) = (compared + 1, stored.Position);
            return null;
        }

        /// <summary>A log ends with a whole decision.</summary>
        public ReplayDifference? End() => compared == decided.Count
            ? null
            : new ReplayDifference(fold.Position + 1, "more is decided now than is stored: the log ends here", null, decided[compared]);

        public ReplayResult Result(ReplayDifference? difference) => new(inputs, fold.Position, difference);

        /// <summary>Decides the input that the event tells of; the reason why that cannot be, or null.</summary>
        private string? Decide(StoredEvent stored)
        {
            decided.Clear();
            compared = 0;
            try
            {
                var content = rules.Types.Deserialize(stored);
                if (inputOf(content) is not { } input)
                {
                    return "no input decides this now: nothing more follows from the one before";
                }

                fold.Decide(rules, MessageHeader.Again(input, stored), stored.At, decided);
                if (decided.Count == 0)
                {
                    return "the input has no effect now";
                }

                inputs++;
                return null;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                return e is UnreadableEventException ? e.Message : $"the rules refuse this now: {e.Message}";
            }
        }

        /// <summary>An event of an old version as the present one would store it.</summary>
        private StoredEvent Present(StoredEvent stored, NewEvent now)
        {
            if (stored.Type == now.Type || !rules.Types.Aliases.Contains(stored.Type))
            {
                return stored;
            }

            var (type, data) = rules.Types.Serialize(rules.Types.Deserialize(stored));
            return type == now.Type ? stored with { Type = type, Data = data } : stored;
        }
    }
}
