using System.CommandLine;
using Skale.Docker;
using Skale.Hosting;

namespace Skale.Cli.Commands;

/// <summary><c>skale logs CHAIN</c>: what a chain's containers on this machine have printed.</summary>
internal static class LogsCommand
{
    private const string ChainLabel = "skale.chain", NodeLabel = "skale.node", SidecarLabel = "skale.sidecar";

    public static Command Create()
    {
        var chain = new Argument<string>("CHAIN") { Description = "A chain that runs on this machine." };
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on until the container ends." };
        var tail = new Option<int?>("--tail") { Description = "Only so many of the newest lines." };
        var node = new Option<long?>("--node") { Description = "Which node's, where several of this machine run the chain." };
        var sidecar = new Option<string?>("--sidecar") { Description = "A container beside the chain's main one, by name." };
        var logs = new Command("logs", "What a chain has printed, from the Docker Engine of this machine (DOCKER_HOST).") { chain, follow, tail, node, sidecar };
        logs.SetAction((arguments, cancellation) => Show(
            arguments.GetValue(chain)!, arguments.GetValue(sidecar), arguments.GetValue(node), arguments.GetValue(tail), arguments.GetValue(follow), cancellation));
        return logs;
    }

    private static async Task<int> Show(string chain, string? sidecar, long? node, int? tail, bool follow, CancellationToken cancellation)
    {
        if (tail < 0)
        {
            await Console.Error.WriteLineAsync($"--tail is {tail}; it is a number of lines, from 0.");
            return ExitCodes.BadInput;
        }

        try
        {
            using var engine = new DockerEngine();
            var labels = new Dictionary<string, string> { [ChainLabel] = chain };
            if (node is { } number)
            {
                labels[NodeLabel] = $"{number}";
            }

            var containers = (await engine.Containers.List(labels, cancellation)).Where(c => c.Labels.GetValueOrDefault(SidecarLabel) == sidecar).ToArray();
            if (containers.Length != 1)
            {
                await Console.Error.WriteLineAsync(containers.Length == 0
                    ? $"No {(sidecar is null ? "container" : $"sidecar '{sidecar}'")} of chain '{chain}' is on this machine{(node is null ? "" : $" for node {node}")}; 'skale chains' shows where it runs."
                    : $"Several nodes of this machine run chain '{chain}': choose with --node {string.Join(" or ", containers.Select(c => c.Labels.GetValueOrDefault(NodeLabel)).Order())}.");
                return containers.Length == 0 ? ExitCodes.NotFound : ExitCodes.BadInput;
            }

            await foreach (var line in engine.Containers.Logs(containers[0].Id, tail, follow, cancellation))
            {
                await (line.IsError ? Console.Error : Console.Out).WriteLineAsync(line.Text);
            }

            return ExitCodes.Done;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return ExitCodes.Done;
        }
        catch (Exception e) when (e is DockerUnavailableException or DockerVersionException or DockerException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return e is DockerUnavailableException ? ExitCodes.Unreachable : ExitCodes.Failed;
        }
    }
}
