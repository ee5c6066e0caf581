using System.Globalization;
using Skale.EventStore;

namespace Skale.Cli.Commands.Audit;

/// <summary>What verification found, for people.</summary>
internal static class VerifyScreen
{
    public static void Show(ExportReport report, double seconds)
    {
        Screen.Table(["", ""],
        [
            ["folder", Path.GetFullPath(report.Folder)],
            ["events", $"{report.Events}, positions {report.After + 1} to {report.Last}, in {report.Streams} streams"],
            ["checkpoints", $"{report.Checkpoints} well signed{(report.Held > 0 ? $"; {report.Held} of your own compared" : "")}"],
            ["last that agrees", CheckpointText.Of(report.LastGood)?.ToString() ?? "none"],
            ["not sealed", $"{report.Unsealed} events behind it: nobody vouches for them yet"],
            ["speed", $"{seconds.ToString("F1", CultureInfo.InvariantCulture)} s, {(report.Events / Math.Max(seconds, 0.001)).ToString("F0", CultureInfo.InvariantCulture)} events/s"],
        ]);
        ShowKeys(report);
        if (report.IsVerified)
        {
            Console.WriteLine($"VERIFIED: the events up to position {report.LastGood!.Size} are those that were sealed.");
            return;
        }

        Console.WriteLine($"TAMPERING FOUND: {report.FindingCount} findings{(report.FindingCount > report.Findings.Count ? $", of which the first {report.Findings.Count}" : "")}:");
        foreach (var finding in report.Findings)
        {
            Console.WriteLine($"  {finding}");
        }
    }

    private static void ShowKeys(ExportReport report)
    {
        if (report.IsPinned)
        {
            Console.WriteLine("The key you gave is one of the log's.");
        }
        else if (report.Keys is { } keys)
        {
            Console.WriteLine("The keys in the export vouch for themselves: whoever can write it can make others. Compare with what you know from elsewhere, or give it by --key:");
            foreach (var statement in keys.Statements)
            {
                Console.WriteLine($"  {statement.Key} (from tree size {statement.From})");
            }
        }
    }
}
