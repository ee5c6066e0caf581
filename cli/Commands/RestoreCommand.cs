using System.CommandLine;
using Microsoft.Extensions.Options;
using Skale.Cli.Commands.Audit;
using Skale.EventStore;
using Skale.Hosting;

namespace Skale.Cli.Commands;

/// <summary><c>skale store restore DIR</c>: an export, or the folder of a journal, back into an empty log.</summary>
internal static class RestoreCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("DIR") { Description = "An export of the whole log ('skale audit export'), or the folder of its journal." };
        var restore = new Command("restore", "Write a log back into an empty store (--log NAME): same positions, ids, times, digests, checkpoints and keys. Verified as it goes.")
        {
            folder, Screen.JsonOption,
        }.WithStore();
        restore.SetAction((arguments, cancellation) => StoreChoice.Run(
            () => Restore(
                arguments.GetValue(folder)!, StoreChoice.Place(arguments), StoreChoice.LogName(arguments) ?? throw new StoreChoice.BadChoiceException("Which log is it to be? Give --log NAME."),
                arguments.GetValue(Screen.JsonOption), cancellation),
            cancellation));
        return restore;
    }

    private static async Task<int> Restore(string folder, StoreOptions place, string name, bool json, CancellationToken cancellation)
    {
        await using var source = JournalLog.OpenReader(folder, name);
        var total = await source.Head(cancellation);
        if (total == 0)
        {
            throw new StoreChoice.NotThereException($"{Path.GetFullPath(folder)} holds no event: it is no export, nor the journal of a log.");
        }

        var stores = new LogStore(Options.Create(place));
        var clear = $"To begin anew: make sure that no service writes log {name}, {HowToClear(place, name)}, and restore again.";
        await RequireEmpty(stores, place, name, clear, cancellation);
        var stored = 0L;
        try
        {
            await using var target = await StoreChoice.Opening(() => stores.OpenWriter(name, cancellation));
            using var progress = new ProgressLine($"restore of log {name}", total);
            var summary = await LogRestore.Run(source, target, [LogStore.RelayCheckpoint], position => progress.Report(stored = position), cancellation);
            Show(name, summary, json);
            return ExitCodes.Done;
        }
        catch (Exception) when (stored > 0)
        {
            await Console.Error.WriteLineAsync($"Log {name} holds the first {stored} events now, or some more, and is not complete. {clear}");
            throw;
        }
    }

    /// <summary>Looks before it opens the log for writing, which would put out the service that writes it.</summary>
    private static async Task RequireEmpty(LogStore stores, StoreOptions place, string name, string clear, CancellationToken cancellation)
    {
        if (place.Journal is { } journal && !Directory.Exists(Path.Combine(journal, name)))
        {
            return;
        }

        await using var target = await StoreChoice.Opening(() => stores.OpenReader(name, cancellation));
        try
        {
            await LogRestore.RequireEmpty(target, cancellation);
        }
        catch (RestoreException e)
        {
            throw new RestoreException($"{e.Message} {clear}", e);
        }
    }

    private static string HowToClear(StoreOptions place, string name) => place.Journal is { } journal
        ? $"move {Path.GetFullPath(Path.Combine(journal, name))} away"
        : $"run 'drop schema {PostgresSchema.NameOf(name)} cascade' as the owner of the tables (keep a pg_dump of them if in doubt) and 'skale store migrate --log {name}'";

    private static void Show(string name, RestoreSummary summary, bool json)
    {
        if (json)
        {
            Screen.Json(new Answer(name, summary.Events, summary.Root.ToBase64(), summary.Seals, summary.LastSeal?.Size, summary.Keys));
            return;
        }

        Console.WriteLine($"Log {name}: {summary.Events} events restored, root {summary.Root.ToBase64()}");
        Console.WriteLine(summary.LastSeal is { } last
            ? $"{summary.Seals} checkpoints and {summary.Keys} keys restored; the last checkpoint covers {last.Size} events and agrees."
            : "The source has no checkpoints: its digests agree, but nobody signed them.");
    }

    private sealed record Answer(string Log, long Events, string Root, long Checkpoints, long? LastCheckpointSize, int Keys);
}
