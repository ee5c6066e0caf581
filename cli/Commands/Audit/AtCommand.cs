using System.CommandLine;
using Skale.EventStore;
using Skale.Hosting;
using Skale.Metrics.Api;

namespace Skale.Cli.Commands.Audit;

/// <summary><c>skale audit at TIME|POSITION|BLOCK</c>: nodes and chains at a moment of the past.</summary>
internal static class AtCommand
{
    public static Command Create()
    {
        var moment = PastReading.Moment("TIME|POSITION|BLOCK");
        var at = new Command("at", "The network at a moment of its past: nodes and chains, as 'skale nodes' and 'skale chains' show the present.") { moment, Screen.JsonOption }.WithStore();
        at.SetAction((arguments, cancellation) => StoreChoice.Run(
            arguments, log => Show(log, arguments.GetValue(moment)!, arguments.GetValue(Screen.JsonOption), cancellation), cancellation));
        return at;
    }

    private static async Task<int> Show(IEventLog log, string moment, bool json, CancellationToken cancellation)
    {
        var past = (await PastReading.Read(log, [moment], cancellation))[0];
        var answer = PastAnswer.Of(past);
        if (json)
        {
            Screen.Json(answer);
            return ExitCodes.Done;
        }

        Screen.SimulatedBanner(answer.Moment.Simulated);
        Console.WriteLine($"At {answer.Moment}");
        if (answer.Moment.Position == 0)
        {
            Console.WriteLine(past.Next is { } first ? $"The log begins later: position {first.Position}, {Screen.Time(first.At)} UTC." : "The log holds no event.");
            return ExitCodes.Done;
        }

        NetworkTables.Nodes(answer.Nodes);
        NetworkTables.Chains(answer.Chains);
        return ExitCodes.Done;
    }
}
