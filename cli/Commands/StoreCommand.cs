using System.CommandLine;
using Skale.EventStore;
using Skale.Hosting;

namespace Skale.Cli.Commands;

/// <summary><c>skale store</c>, and its <c>migrate</c>: makes and upgrades the tables of the logs, as their owner.</summary>
internal static class StoreCommand
{
    private static readonly string[] AllLogs = [ChainWatcher.ChainWatcherSetup.Name, Scheduler.SchedulerSetup.Name];

    public static Command Create()
    {
        var owner = new Option<string?>("--owner") { Description = "Connection string of the role that owns the tables (or SKALE_STORE_OWNER)." };
        var service = new Option<string>("--service-role") { Description = "Existing role of the services: may append and read.", DefaultValueFactory = _ => "skale_service" };
        var reader = new Option<string>("--reader-role") { Description = "Existing role of readers: may read.", DefaultValueFactory = _ => "skale_reader" };
        var log = new Option<string[]>("--log") { Description = $"Only the tables of this log; may be repeated. Default: {string.Join(", ", AllLogs)}.", DefaultValueFactory = _ => AllLogs };
        var migrate = new Command("migrate", "Make or upgrade the tables of the logs in PostgreSQL. Safe to run again.") { owner, service, reader, log };
        migrate.SetAction((arguments, cancellation) => Migrate(
            arguments.GetValue(owner) ?? Environment.GetEnvironmentVariable("SKALE_STORE_OWNER"), arguments.GetValue(service)!, arguments.GetValue(reader)!, arguments.GetValue(log)!,
            cancellation));
        return new Command("store", "Where logs are kept.") { migrate, RestoreCommand.Create(), TakeOverCommand.Create() };
    }

    private static async Task<int> Migrate(string? owner, string service, string reader, string[] logs, CancellationToken cancellation)
    {
        if (string.IsNullOrWhiteSpace(owner))
        {
            await Console.Error.WriteLineAsync("Whose tables? Give --owner CONNECTION-STRING or set SKALE_STORE_OWNER.");
            return ExitCodes.BadInput;
        }

        try
        {
            foreach (var log in logs)
            {
                var applied = await PostgresSchema.Migrate(owner, log, service, reader, cancellation);
                Console.WriteLine($"{log}: {(applied.Count == 0 ? "up to date" : string.Join(", ", applied))}");
            }

            return ExitCodes.Done;
        }
        catch (ArgumentException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCodes.BadInput;
        }
        catch (Npgsql.NpgsqlException e)
        {
            await Console.Error.WriteLineAsync($"The store does not do it: {e.Message}");
            return e is Npgsql.PostgresException ? ExitCodes.Failed : ExitCodes.Unreachable;
        }
    }
}
