using System.Text.Json;
using Skale.Contracts;

namespace Skale.Metrics.Domain;

/// <summary>Why an event happened.</summary>
/// <param name="Id">Of the causing event or bus message.</param>
/// <param name="Position">Of the causing event; null when it is not in this log.</param>
/// <param name="Description">What it was, for people.</param>
public sealed record Cause(Guid Id, long? Position, string Description);

/// <summary>One event as the feed, the histories and the API show it.</summary>
/// <param name="Type">Its stored name.</param>
/// <param name="Sentence">What it tells, for people; wording may change.</param>
/// <param name="Data">As stored.</param>
public sealed record EventEntry(
    long Position, DateTimeOffset At, EventKind Kind, string Type, string Stream, long Version, Guid Id, Guid? CorrelationId, string Sentence, Cause? Cause, JsonElement Data)
{
    /// <param name="e">The event.</param>
    /// <param name="cause">The event that caused it; null when that is not in this log.</param>
    public static EventEntry Of(Recorded e, Recorded? cause) => new(
        e.Position, e.At, EventKinds.Of(e.Content), e.Stored.Type, e.Stored.Stream, e.Stored.Version, e.Stored.Id, e.Stored.CorrelationId, Sentences.Of(e),
        CauseOf(e, cause), DataOf(e.Stored.Data));

    private static Cause? CauseOf(Recorded e, Recorded? cause) => (e.Stored.CausationId, cause) switch
    {
        (null, _) => null,
        ({ } id, null) => new Cause(id, null, Sender(e.Content)),
        ({ } id, { } found) => new Cause(id, found.Position, Sentences.Of(found)),
    };

    private static string Sender(object? content) => content switch
    {
        IFact { Origin: var o } => $"block {o.BlockNumber}, transaction {o.TransactionHash}, log {o.LogIndex} (fact {o.Number})",
        IReport report => $"report {report.Report} of node {report.Node}'s agent",
        SchedulerStarted => "a start of the scheduler",
        TimePassed => "the clock",
        FactGapSeen => "a gap in the numbers of the facts on the bus",
        _ => "a message that is not in this log",
    };

    private static JsonElement DataOf(ReadOnlyMemory<byte> data)
    {
        try
        {
            return JsonElement.Parse(data.Span);
        }
        catch (JsonException)
        {
            // Told in the sentence already; shown as text so that nothing is lost.
            return JsonSerializer.SerializeToElement(System.Text.Encoding.UTF8.GetString(data.Span));
        }
    }
}
