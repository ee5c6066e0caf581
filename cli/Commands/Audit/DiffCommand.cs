using System.CommandLine;
using Skale.EventStore;
using Skale.Hosting;
using Skale.Metrics.Api;

namespace Skale.Cli.Commands.Audit;

/// <summary><c>skale audit diff TIME1 TIME2</c>: what changed in the network between two moments.</summary>
internal static class DiffCommand
{
    public static Command Create()
    {
        var (first, second) = (PastReading.Moment("TIME1"), PastReading.Moment("TIME2"));
        var diff = new Command("diff", "What changed between two moments: nodes, slices, chains, members. Each moment is a time, a position or a block.") { first, second, Screen.JsonOption }.WithStore();
        diff.SetAction((arguments, cancellation) => StoreChoice.Run(
            arguments, log => Show(log, arguments.GetValue(first)!, arguments.GetValue(second)!, arguments.GetValue(Screen.JsonOption), cancellation), cancellation));
        return diff;
    }

    private static async Task<int> Show(IEventLog log, string first, string second, bool json, CancellationToken cancellation)
    {
        var read = await PastReading.Read(log, [first, second], cancellation);
        var answer = DiffAnswer.Of(read[0], read[1]);
        if (answer.From.Position > answer.To.Position)
        {
            throw new StoreChoice.BadChoiceException($"{first} is later than {second} (positions {answer.From.Position} and {answer.To.Position}): give the earlier moment first.");
        }

        if (json)
        {
            Screen.Json(answer);
            return ExitCodes.Done;
        }

        Screen.SimulatedBanner(answer.From.Simulated || answer.To.Simulated);
        Console.WriteLine($"From {answer.From}\nTo   {answer.To}");
        if (answer.Changes.Count == 0)
        {
            Console.WriteLine("Nothing changed.");
        }
        else
        {
            Screen.Table(["", "", "what", "before", "after"], answer.Changes.Select(c => (string[])[c.Kind, c.Name, c.What, c.Before ?? "-", c.After ?? "-"]));
        }

        return ExitCodes.Done;
    }
}
