using System.CommandLine;
using Skale.Cli.Commands.Audit;
using Skale.EventStore;
using Skale.Hosting;

namespace Skale.Cli.Commands;

/// <summary><c>skale relay</c>: how far a log is published, and the way past an event that cannot be.</summary>
internal static class RelayCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("LOG") { Description = "Name of the log: scheduler, chainwatcher, node-ID." };
        var position = new Argument<long>("POSITION") { Description = "Of the event at which the relay is stuck." };
        var reason = new Option<string>("--reason") { Description = "Why; it is recorded.", Required = true };
        var skip = new Command("skip", "Have the running service pass over one event that it cannot publish. That it did is recorded in the log.") { name, position, reason }.WithStore(name);
        skip.SetAction((arguments, cancellation) => StoreChoice.Run(
            arguments, log => Skip(log, arguments.GetValue(position), arguments.GetValue(reason)!, cancellation), cancellation, name));

        var status = new Command("status", "How far a log is published, what waits next, and what was asked to be skipped.") { name, Screen.JsonOption }.WithStore(name);
        status.SetAction((arguments, cancellation) => StoreChoice.Run(arguments, log => Show(log, arguments.GetValue(Screen.JsonOption), cancellation), cancellation, name));
        return new Command("relay", "The publishing of a log to the bus.") { skip, status };
    }

    private static async Task<int> Skip(IEventLog log, long position, string reason, CancellationToken cancellation)
    {
        if (string.IsNullOrWhiteSpace(reason))
        {
            throw new StoreChoice.BadChoiceException("Why? Give --reason a text: it is recorded.");
        }

        var relay = await Status.Of(log, cancellation);
        if (relay.Next is null || relay.Next.Position != position)
        {
            await Console.Error.WriteLineAsync(
                $"The relay of log {log.Name} is not stuck at position {position}: {(relay.Next is { } next ? $"it comes to position {next.Position} ({next.Type}) next" : $"everything up to {relay.Head} is published")}. Nothing was asked.");
            return position > relay.Head ? ExitCodes.NotFound : ExitCodes.Failed;
        }

        var by = $"{Environment.UserName}@{Environment.MachineName}";
        await Requests(log).RequestSkip(new SkipRequest(position, reason, by, DateTimeOffset.UtcNow), cancellation);
        Console.WriteLine(
            $"Asked for position {position} ({relay.Next.Type}, stream {relay.Next.Stream}) of log {log.Name} to be skipped. If its service is stuck there, it records {RelaySkipped.Alias} and goes on within seconds; see 'skale relay status {log.Name}'.");
        return ExitCodes.Done;
    }

    private static async Task<int> Show(IEventLog log, bool json, CancellationToken cancellation)
    {
        var relay = await Status.Of(log, cancellation);
        if (json)
        {
            Screen.Json(relay);
            return ExitCodes.Done;
        }

        Console.WriteLine($"Log {relay.Log}: published up to position {relay.Published} of {relay.Head}, {relay.Lag} events wait.");
        if (relay.Next is { } next)
        {
            Console.WriteLine($"Next: position {next.Position} ({next.Type}, stream {next.Stream}), recorded {Screen.Time(next.At)} UTC. If it stays: /health/ready of the service says why.");
        }

        foreach (var request in relay.Requests)
        {
            Console.WriteLine($"Asked to skip position {request.Position} by {request.By}, {Screen.Time(request.At)} UTC: {request.Reason}");
        }

        return ExitCodes.Done;
    }

    private static ISkipRequests Requests(IEventLog log) => (ISkipRequests)log;

    /// <param name="Published">The last position that is published or stays inside.</param>
    /// <param name="Requests">To skip what is not published yet.</param>
    private sealed record Status(string Log, long Head, long Published, long Lag, Waiting? Next, IReadOnlyList<SkipRequest> Requests)
    {
        public static async Task<Status> Of(IEventLog log, CancellationToken cancellation)
        {
            var published = await log.LoadCheckpoint(LogStore.RelayCheckpoint, cancellation);
            var head = await log.Head(cancellation);
            var requests = await RelayCommand.Requests(log).ReadSkipRequests(published, cancellation);
            await foreach (var e in log.ReadAll(published, cancellation))
            {
                return new Status(log.Name, head, published, head - published, new Waiting(e.Position, e.Type, e.Stream, e.At), requests);
            }

            return new Status(log.Name, head, published, 0, null, requests);
        }
    }

    /// <summary>The event that is to be published next.</summary>
    private sealed record Waiting(long Position, string Type, string Stream, DateTimeOffset At);
}
