using System.CommandLine;
using System.Text.Json;
using Skale.EventStore;
using Skale.Hosting;

namespace Skale.Cli.Commands.Audit;

/// <summary><c>skale audit replay</c>: decides every recorded input again and shows the first decision that is not as in history.</summary>
internal static class ReplayCommand
{
    public static Command Create()
    {
        var replay = new Command("replay", "Decide every recorded input again, committees included, and compare with history; the first difference ends it with 1.") { Screen.JsonOption }.WithStore();
        replay.SetAction((arguments, cancellation) => StoreChoice.Run(arguments, log => Replay(log, arguments.GetValue(Screen.JsonOption), cancellation), cancellation));
        return replay;
    }

    private static async Task<int> Replay(IEventLog log, bool json, CancellationToken cancellation)
    {
        ReplayResult result;
        using (var progress = new ProgressLine($"replay of log {log.Name}", await log.Head(cancellation)))
        {
            result = await LogRules.Replay(log, progress.Report, cancellation);
        }

        if (json)
        {
            Screen.Json(Answer.Of(log.Name, result));
        }
        else
        {
            Show(log.Name, result);
        }

        return result.Difference is null ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static void Show(string log, ReplayResult result)
    {
        Console.WriteLine($"Log {log}: {result.Inputs} inputs decided again, {result.Events} events compared, {result.Events - result.Inputs} of them decisions.");
        if (result.Difference is not { } difference)
        {
            Console.WriteLine("Everything is decided as in history.");
            return;
        }

        var (history, now) = (EventText.Of(difference.History), EventText.Of(difference.Now));
        Console.WriteLine($"DIFFERENCE at position {difference.Position}: {difference.Reason}.");
        Console.WriteLine("In history:");
        Screen.Json(history);
        Console.WriteLine("Decided now:");
        Screen.Json(now);
    }

    /// <summary>The answer as JSON.</summary>
    private sealed record Answer(string Log, long Inputs, long Events, DifferenceText? Difference)
    {
        public static Answer Of(string log, ReplayResult r) => new(
            log, r.Inputs, r.Events, r.Difference is { } d ? new DifferenceText(d.Position, d.Reason, EventText.Of(d.History), EventText.Of(d.Now)) : null);
    }

    private sealed record DifferenceText(long Position, string Reason, EventText? History, EventText? Now);

    /// <summary>An event as people read it; null for none.</summary>
    private sealed record EventText(string Type, string Stream, long Version, DateTimeOffset At, Guid Id, Guid? CausationId, Guid? CorrelationId, JsonElement Data)
    {
        public static EventText? Of(StoredEvent? e) =>
            e is null ? null : new(e.Type, e.Stream, e.Version, e.At, e.Id, e.CausationId, e.CorrelationId, JsonElement.Parse(e.Data.Span));

        public static EventText? Of(NewEvent? e) =>
            e is null ? null : new(e.Type, e.Stream, e.Version, e.At, e.Id, e.CausationId, e.CorrelationId, JsonElement.Parse(e.Data.Span));
    }
}
