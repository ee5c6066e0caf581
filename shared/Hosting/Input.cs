namespace Skale.Hosting;

/// <summary>Something to decide on.</summary>
/// <param name="Content">A bus message or a recorded occasion such as a start.</param>
/// <param name="Cause">Id of the message or event it came with; the ids of the events it gives are derived from it.</param>
/// <param name="Correlation">Id of the first cause, when known.</param>
/// <param name="CausedBy">What the events are to name as their cause when it is not <paramref name="Cause"/>: an outcome names the order it is the outcome of.</param>
public sealed record Input(object Content, Guid Cause, Guid? Correlation = null, Guid? CausedBy = null);
