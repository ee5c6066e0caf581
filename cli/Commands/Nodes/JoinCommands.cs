using System.Buffers.Text;
using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using Skale.EventStore;
using Skale.Hosting;
using Skale.Scheduler.Api;

namespace Skale.Cli.Commands.Nodes;

/// <summary><c>skale node token</c> and <c>skale node join</c>: a machine becomes a node with a token that is good once.</summary>
internal static class JoinCommands
{
    private const string Prefix = "skale-join-";
    private const int SecretBytes = 32;

    public static IEnumerable<Command> All() => [Token(), Join()];

    private static Command Token()
    {
        var node = new Argument<long>("NODE") { Description = "A node's id." };
        var valid = new Option<string>("--valid") { Description = "How long it may be used, as 30m, 1h or 2d; a week at most.", DefaultValueFactory = _ => "1h" };
        var token = new Command("token", "Make a one-time token with which a machine joins as a node. It is printed once; the scheduler keeps its digest only.") { node, valid };
        token.SetAction(async (arguments, cancellation) =>
        {
            if (SecondsOf(arguments.GetValue(valid)!) is not { } seconds)
            {
                await Console.Error.WriteLineAsync($"--valid is '{arguments.GetValue(valid)}'; it is a whole number with s, m, h or d behind it, as 1h, at most 7d.");
                return ExitCodes.BadInput;
            }

            return await SchedulerClient.Run(arguments, async api =>
            {
                var (id, secret) = (arguments.GetValue(node), $"{Prefix}{arguments.GetValue(node)}-{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes))}");
                await api.Send<AcceptedAnswer>(HttpMethod.Post, $"v1/nodes/{id}/token", new MakeJoinToken(JoinApi.HashOf(secret), seconds), null, cancellation);
                Console.WriteLine(secret);
                await Console.Error.WriteLineAsync($"Whoever has it can join as node {id}, once, for {arguments.GetValue(valid)}. On the machine, as root: skale node join --scheduler {api.Address} --token TOKEN");
            }, cancellation);
        });
        return token;
    }

    private static Command Join()
    {
        var config = new Option<string>("--config") { Description = "The agent's configuration, as 'skale node init' wrote it.", DefaultValueFactory = _ => AgentFile.DefaultPath };
        var force = new Option<bool>("--force") { Description = "Although it has joined already." };
        var join = new Command("join", "Join as a node with the one-time token of --token: pins the scheduler's key, registers this machine's own.") { config, force };
        join.SetAction(async (arguments, cancellation) =>
        {
            var (file, token) = (arguments.GetValue(config)!, arguments.GetValue(SchedulerClient.TokenOption) ?? "");
            if (NodeOf(token) is not { } node || !File.Exists(file))
            {
                await Console.Error.WriteLineAsync(!File.Exists(file) ? $"{file} is not there: run 'skale node init' first, or give --config." : "--token is no join token: 'skale node token NODE' makes one.");
                return ExitCodes.BadInput;
            }

            var present = AgentFile.Read(file);
            if (present["NodeAgent__SchedulerKeys"] is not null && !arguments.GetValue(force))
            {
                await Console.Error.WriteLineAsync($"{file} has joined already, as node {present["NodeAgent__NodeId"]}: the scheduler's key is pinned in it. --force joins anew.");
                return ExitCodes.Failed;
            }

            MachineKey identity;
            try
            {
                identity = MachineKey.For(file, node, token);
            }
            catch (Exception e) when (e is SealException or IOException or UnauthorizedAccessException)
            {
                await Console.Error.WriteLineAsync(e.Message);
                return ExitCodes.Failed;
            }

            var failure = (string?)null;
            var code = await ApiClient.Run(arguments.GetValue(SchedulerClient.UrlOption) ?? Environment.GetEnvironmentVariable("SKALE_SCHEDULER_URL"), null, async api =>
            {
                var answer = await api.Post<JoinAnswer>(JoinApi.Path.TrimStart('/'), new JoinNode(node, token, identity.Verifier), cancellation);
                failure = Take(present, answer, file, identity);
            }, cancellation);
            await (failure is null ? Task.CompletedTask : Console.Error.WriteLineAsync(failure));
            return failure is null ? code : ExitCodes.Failed;
        });
        return join;
    }

    /// <returns>Why nothing was written; null when it was.</returns>
    private static string? Take(AgentFile present, JoinAnswer answer, string file, MachineKey identity)
    {
        if (answer.SchedulerKey is not { } key)
        {
            return "The scheduler signs no orders, so there is no key to pin: set Orders:SigningKey for it, restart it, and join with the same token again. Nothing was written.";
        }

        try
        {
            var joined = present.With("NodeAgent__Network", answer.Network).With("NodeAgent__NodeId", answer.Node.ToString(CultureInfo.InvariantCulture))
                .With("NodeAgent__SchedulerKeys", $"{VerifierKey.Parse(key, "the scheduler's key")}").With("NodeAgent__DemandSignedOrders", "true")
                .With("NodeAgent__IdentityKey", identity.File);
            joined = answer.Bus is { } bus ? joined.With("Bus__RabbitMq", bus) : joined;
            joined.Write(file);
            Console.WriteLine($"{file}: node {answer.Node} of network {answer.Network}, which follows {key} alone and signs with {identity.Verifier}.");
            if (present["NodeAgent__IdentityKey"] is { } before && before != identity.File)
            {
                Console.WriteLine($"Restart the agent: what it signs with its key of before is not believed any more. Then remove {before}.");
            }

            if (joined["Bus__RabbitMq"] is null)
            {
                Console.WriteLine("Set Bus__RabbitMq in it before you start the agent: the scheduler does not say where the bus is (Scheduler:AgentsBus).");
            }

            return null;
        }
        catch (Exception e) when (e is FormatException or SealException)
        {
            return e.Message;
        }
    }

    private static long? NodeOf(string token) => token.StartsWith(Prefix, StringComparison.Ordinal)
        && token[Prefix.Length..].Split('-', 2) is [var id, { Length: > 0 }] && long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var node) ? node : null;

    private static int? SecondsOf(string text)
    {
        var unit = text.Length < 2 ? 0 : text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86_400, _ => 0 };
        return unit > 0 && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 604_800 && (long)number * unit <= 604_800 ? number * unit : null;
    }
}
