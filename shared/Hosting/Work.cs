using Skale.EventStore;

namespace Skale.Hosting;

/// <summary>One item of a log's inbox: an input to decide or a question to answer.</summary>
internal sealed class Work<TState>(Input? input, Action<TState>? question)
{
    private readonly TaskCompletionSource<IReadOnlyList<object>> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Exception? refusal;
    private IReadOnlyList<object> outcome = [];

    /// <summary>Ends when what was decided is durable, or with <see cref="LogEndedException"/> when it never will be.</summary>
    public Task<IReadOnlyList<object>> Done => done.Task;

    /// <summary>What was decided; nothing when it was refused.</summary>
    public IReadOnlyList<object> Outcome => outcome;

    /// <summary>
    /// Decides on the state and adds the events. An input that the rules refuse fails alone: nothing of it is in the state or among the events.
    /// What fails later, in the fold or in what follows from the state, is our own fault: it stops the log, for all to see, rather than skip an input.
    /// </summary>
    public void Decide(Fold<TState> fold, LogDefinition<TState> definition, DateTimeOffset now, List<NewEvent> events)
    {
        (refusal, outcome) = (null, []);
        var before = events.Count;
        try
        {
            if (input is null)
            {
                question!(fold.State);
            }
            else
            {
                outcome = fold.Decide(definition, input, now, events);
            }
        }
        catch (Exception e) when (events.Count == before)
        {
            refusal = e;
        }
    }

    public void Refuse(Exception because) => (refusal, outcome) = (because, []);

    public void End(string log) => done.TrySetException(new LogEndedException(log));

    public void Complete()
    {
        if (refusal is not null)
        {
            done.TrySetException(refusal);
        }
        else
        {
            done.TrySetResult(outcome);
        }
    }
}

/// <summary>The log takes nothing any more, as its process stops; whether the input was recorded is not known. The next process decides on it.</summary>
public sealed class LogEndedException(string log) : Exception($"Log '{log}' has ended.");
