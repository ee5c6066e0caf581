namespace Skale.EventStore;

/// <summary>
/// The pure rules of one service over the state folded from its log. One loop owns the state, so it may be mutable inside; everything else
/// sees it only through questions put to that loop.
/// </summary>
public interface IDecider<TState>
{
    TState Initial();

    /// <summary>Folds one stored event into the state. Total: every event the service ever stored is known; an unknown one throws.</summary>
    void Evolve(TState state, object stored);

    /// <summary>
    /// The events an input gives, the input itself first when it is to be remembered; empty for a repeat. Changes nothing.
    /// </summary>
    /// <exception cref="ImpossibleInputException">The input contradicts what is known; it goes to the error queue.</exception>
    IReadOnlyList<object> Decide(TState state, object input, DateTimeOffset now);

    /// <summary>
    /// What follows from the state alone: asked after every input, its events folded in, until it is empty. This is where sagas live.
    /// </summary>
    IReadOnlyList<object> Next(TState state, DateTimeOffset now);

    /// <summary>The stream an event belongs to, such as <c>chain-alpha</c>.</summary>
    string StreamOf(object stored);
}

/// <summary>An input that cannot be true, with what was wrong and what to look at. Nothing was recorded.</summary>
public sealed class ImpossibleInputException(string message) : Exception(message);
