using System.CommandLine;
using System.Text;
using Skale.ChainWatcher;
using Skale.Cli.Commands.Audit;
using Skale.Contracts;
using Skale.Hosting;
using Skale.SkaleManager;

namespace Skale.Cli.Commands.L1;

/// <summary><c>skale l1 check-selection</c>: whether every group and every replacement follows from SKALE Manager's rules.</summary>
internal static class CheckSelectionCommand
{
    public static Command Create()
    {
        var to = new Option<long?>("--to") { Description = "Last block; the newest when left out." };
        var check = new Command(
            "check-selection", "Compute every group and every replacement again from the history before it, one line each; with --json one JSON object each (JSON Lines). 0: all agree; 1: one differs or cannot be computed, each named; 3: nothing could be computed.")
        {
            to, Screen.JsonOption,
        }.WithSource();
        check.SetAction((arguments, cancellation) => L1Command.Run(
            arguments, reader => Check(reader, arguments.GetValue(to) ?? reader.Head, arguments.GetValue(Screen.JsonOption), cancellation), cancellation));
        return check;
    }

    private static async Task<int> Check(ManagerReader reader, long to, bool json, CancellationToken cancellation)
    {
        if (to < 0)
        {
            throw new L1Command.BadRangeException($"--to is {to}; blocks count from 0.");
        }

        if (to > reader.Head)
        {
            throw new L1Command.NoSuchBlockException("--to", to, reader.Head);
        }

        var (check, totals) = (new SelectionCheck(), new SelectionTotals(to));
        using var progress = new ProgressLine("reading", to + 1, 0, "blocks");
        await using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        await foreach (var (last, facts) in reader.Facts(0, to, cancellation, stateNeeded: false))
        {
            foreach (var choice in BlocksOf(facts).SelectMany(check.Follow))
            {
                totals.Add(choice);
                await output.WriteLineAsync(json ? SelectionLines.Json(choice) : SelectionLines.Text(choice));
            }

            await output.FlushAsync(cancellation);
            progress.Report(last.Number + 1);
        }

        await output.WriteLineAsync(json ? SelectionLines.Json(totals) : SelectionLines.Text(totals));
        return totals.AllAgree ? ExitCodes.Done : totals.Computed == 0 ? ExitCodes.Unreachable : ExitCodes.Failed;
    }

    private static IEnumerable<IReadOnlyList<IFact>> BlocksOf(IReadOnlyList<IFact> facts) => facts.GroupBy(f => f.Origin.BlockNumber).Select(g => (IReadOnlyList<IFact>)[.. g]);
}
