using System.CommandLine;
using Skale.ChainWatcher;
using Skale.ChainWatcher.Domain.Manager;
using Skale.Cli.Commands.Audit;
using Skale.Hosting;

namespace Skale.Cli.Commands.L1;

/// <summary><c>skale l1 check</c>: whether the contracts are as their logs say.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var at = new Option<long?>("--at") { Description = "The block to compare at; the newest when left out." };
        var check = new Command(
            "check", "Fold all facts up to a block and compare nodes, free units, groups, slots, rotations, types and key ceremonies with what the contracts say there. 0: no difference; 1: differences, each named.")
        {
            at, Screen.JsonOption,
        }.WithSource();
        check.SetAction((arguments, cancellation) => L1Command.Run(
            arguments, reader => Check(reader, arguments.GetValue(at) ?? reader.Head, arguments.GetValue(Screen.JsonOption), cancellation), cancellation));
        return check;
    }

    private static async Task<int> Check(ManagerReader reader, long at, bool json, CancellationToken cancellation)
    {
        if (at < 0)
        {
            throw new L1Command.BadRangeException($"--at is {at}; blocks count from 0.");
        }

        if (at > reader.Head)
        {
            throw new L1Command.NoSuchBlockException("--at", at, reader.Head);
        }

        CheckReport report;
        using (var progress = new ProgressLine("reading", at + 1, 0, "blocks"))
        {
            report = await reader.Check(at, progress.Report, cancellation);
        }

        if (json)
        {
            Screen.Json(report);
        }
        else
        {
            Show(report);
        }

        return report.Differences.Count > 0 ? ExitCodes.Failed : report.Compared > 0 ? ExitCodes.Done : ExitCodes.Unreachable;
    }

    private static void Show(CheckReport report)
    {
        Console.WriteLine($"Block {report.At}: {report.Facts} facts give {report.Nodes} nodes and {report.Chains} chains; {report.Compared} values compared.");
        foreach (var d in report.Differences)
        {
            Console.WriteLine($"DIFFERENCE {Line(d)}");
        }

        foreach (var d in report.Silent)
        {
            Console.WriteLine($"changed without a log: {Line(d)}");
        }

        foreach (var doubt in report.Doubts)
        {
            Console.WriteLine($"free units and slots not comparable: {doubt}");
        }

        foreach (var n in report.NotCompared)
        {
            Console.WriteLine($"not comparable: {n.Function} ({n.Calls} {(n.Calls == 1 ? "call" : "calls")}): {n.Reason}");
        }

        Console.WriteLine(report.Differences.Count > 0 ? $"{report.Differences.Count} {(report.Differences.Count == 1 ? "difference" : "differences")}." : report.Compared > 0 ? "No difference." : "Nothing could be compared.");
    }

    private static string Line(Difference d) => $"{d.Subject}, {d.What}: the facts say {d.Folded}, the contract says {d.Contract}";
}
