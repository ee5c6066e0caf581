using System.CommandLine;
using Skale.EventStore;
using Skale.Hosting;

namespace Skale.Cli.Commands.Audit;

/// <summary><c>skale audit export</c>: a log and all that proves it, in a folder to be given away.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var folder = new Option<string>("--out") { Description = "New or empty folder.", Required = true };
        var after = new Option<long>("--after") { Description = "Only the events behind this position." };
        var export = new Command("export", "Write a log, its digests, checkpoints and keys into a folder, for 'skale audit verify' or anyone else's verifier.") { folder, after, Screen.JsonOption }.WithStore();
        export.SetAction((arguments, cancellation) => StoreChoice.Run(
            arguments, log => Export(log, arguments.GetValue(folder)!, arguments.GetValue(after), arguments.GetValue(Screen.JsonOption), cancellation), cancellation));
        return export;
    }

    private static async Task<int> Export(IEventLog log, string folder, long after, bool json, CancellationToken cancellation)
    {
        var head = await log.Head(cancellation);
        if (after < 0 || after > head)
        {
            throw new StoreChoice.BadChoiceException($"--after is {after}; log {log.Name} has positions 1 to {head}.");
        }

        ExportSummary summary;
        using (var progress = new ProgressLine($"export of log {log.Name}", head, after))
        {
            summary = await LogExport.Write(log, folder, after, progress.Report, cancellation);
        }

        if (json)
        {
            Screen.Json(new Answer(
                log.Name, Path.GetFullPath(folder), after, summary.Last, summary.Events, CheckpointText.Of(summary.LastSeal), summary.Unsealed, summary.Problem));
        }
        else
        {
            Show(log.Name, summary);
        }

        return ExitCodes.Done;
    }

    private static void Show(string log, ExportSummary summary)
    {
        Console.WriteLine($"Log {log}: {summary.Events} events, positions {summary.After + 1} to {summary.Last}, in {summary.Folder}");
        Console.WriteLine(summary.LastSeal is { } seal
            ? $"Last checkpoint: {CheckpointText.Of(seal)}\nNot sealed yet: {summary.Unsealed} events behind it."
            : "No checkpoint: nothing vouches for these events yet.");
        if (summary.Problem is { } problem)
        {
            Console.WriteLine($"NOT ALL COULD BE EXPORTED: {problem}\nVerification of this export will fail for it.");
        }
    }

    private sealed record Answer(string Log, string Folder, long After, long Last, long Events, CheckpointText? LastCheckpoint, long Unsealed, string? Problem);
}

/// <summary>A checkpoint as people and programs read it.</summary>
internal sealed record CheckpointText(long Size, DateTimeOffset Time, string Root)
{
    public static CheckpointText? Of(Checkpoint? checkpoint) => checkpoint is null ? null : new(checkpoint.Size, checkpoint.Time, checkpoint.Root.ToBase64());

    public override string ToString() => $"{Size} events at {Screen.Time(Time)} UTC, root {Root}";
}
