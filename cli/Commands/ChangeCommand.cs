using System.CommandLine;
using Skale.Hosting;
using Skale.Scheduler.Api;

namespace Skale.Cli.Commands;

/// <summary>A request to the scheduler that changes something, and what becomes of it.</summary>
/// <param name="Body">Null: none.</param>
internal sealed record Change(HttpMethod Method, string Path, object? Body = null);

/// <summary>Commands that ask the scheduler to change something: they say which operation it is, or wait until it is over.</summary>
internal static class ChangeCommand
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(500);
    private static readonly Option<bool> Wait = new("--wait") { Description = "Wait until it is over; exit code 1 when it did not succeed." };

    public static Command Create(Command command, Func<ParseResult, Change> change)
    {
        command.Add(ChainArguments.Key);
        command.Add(Wait);
        command.SetAction((arguments, cancellation) => Run(arguments, change(arguments), cancellation));
        return command;
    }

    /// <summary>With what every one of them is told.</summary>
    public static Command Group(string name, string description, params Command[] commands)
    {
        var group = new Command(name, description) { SchedulerClient.UrlOption, SchedulerClient.TokenOption, Screen.JsonOption };
        foreach (var command in commands)
        {
            group.Add(command);
        }

        return group;
    }

    private static async Task<int> Run(ParseResult arguments, Change change, CancellationToken cancellation)
    {
        var succeeded = true;
        var code = await SchedulerClient.Run(arguments, async api =>
        {
            var accepted = await api.Send<AcceptedAnswer>(change.Method, change.Path, change.Body, arguments.GetValue(ChainArguments.Key), cancellation);
            var operation = await api.Get<OperationAnswer>(accepted.Location.TrimStart('/'), cancellation);
            while (arguments.GetValue(Wait) && operation.Status == "running")
            {
                await Task.Delay(AskAgain, cancellation);
                operation = await api.Get<OperationAnswer>(accepted.Location.TrimStart('/'), cancellation);
            }

            succeeded = operation.Status is "running" or "succeeded";
            Print(operation, arguments.GetValue(Screen.JsonOption));
        }, cancellation);
        return code == ExitCodes.Done && !succeeded ? ExitCodes.Failed : code;
    }

    private static void Print(OperationAnswer operation, bool json)
    {
        if (json)
        {
            Screen.Json(operation);
            return;
        }

        Console.WriteLine($"{operation.Kind} {operation.Subject}: {operation.Status}{(operation.Reason is { } reason ? $": {reason}" : "")}, operation {operation.Id}");
    }
}
