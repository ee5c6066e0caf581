using System.CommandLine;
using Skale.Cli.Commands.Audit;
using Skale.EventStore;
using Skale.Hosting;

namespace Skale.Cli.Commands;

/// <summary><c>skale store takeover</c>: has a standby take over from a writer that is healthy, or only looks it.</summary>
internal static class TakeOverCommand
{
    public static Command Create()
    {
        var takeOver = new Command("takeover", $"Put out the process that writes a log in PostgreSQL (it ends with code {ExitCodes.LogLost}), so that a standby takes over.").WithStore();
        takeOver.SetAction((arguments, cancellation) => StoreChoice.Run(
            () => TakeOver(
                StoreChoice.Place(arguments), StoreChoice.LogName(arguments) ?? throw new StoreChoice.BadChoiceException("From whom? Give --log NAME."), cancellation),
            cancellation));
        return takeOver;
    }

    private static async Task<int> TakeOver(StoreOptions place, string name, CancellationToken cancellation)
    {
        if (place.Postgres is not { } connection)
        {
            throw new StoreChoice.BadChoiceException("Whoever writes a journal cannot be put out from here: stop that process, and one that stands by goes on.");
        }

        await StoreChoice.Opening(async () =>
        {
            await PostgresLog.Fence(connection, name, cancellation);
            return true;
        });
        Console.WriteLine($"Log {name}: its writer is put out, nothing more of it will be stored. A standby takes over within seconds; without one, the next process that is started.");
        return ExitCodes.Done;
    }
}
