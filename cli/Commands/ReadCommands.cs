using System.CommandLine;
using Skale.Contracts;
using Skale.Metrics.Api;

namespace Skale.Cli.Commands;

/// <summary><c>skale status</c>, <c>nodes</c>, <c>chains</c>, <c>images</c>: how things stand.</summary>
internal static class ReadCommands
{
    public static Command Status() => Reading("status", "The network in figures, the lag of every stage, and what needs a person.", async (api, json, cancellation) =>
    {
        var status = await api.Get<StatusAnswer>("api/status", cancellation);
        if (json)
        {
            Screen.Json(status);
            return;
        }

        Screen.SimulatedBanner(status.Simulated);
        Console.WriteLine($"Network {status.Network}, position {status.Position} of {status.Head}{(status.Fact is { } f ? $", fact {f.Number} of block {f.Block}" : "")}");
        Console.WriteLine($"Slices {status.Counts.SlicesUsed} of {status.Counts.SlicesTotal}, agents {status.Counts.Agents}");
        Screen.Table(["", "count"], [.. Rows("nodes", status.Counts.Nodes), .. Rows("chains", status.Counts.Chains), .. Rows("subnodes", status.Counts.Subnodes)]);
        Screen.Table(["stage", "behind", "seconds", "what"], status.Stages.Select(s => (string[])[s.Name, $"{s.Behind}", $"{s.Seconds:0.###}", s.What]));
        Console.WriteLine(status.Healthy ? "No trouble." : string.Join('\n', status.Troubles.Select(t => $"TROUBLE: {t}")));
    });

    public static Command Nodes() => Reading("nodes", "Every node with its slices.", async (api, json, cancellation) =>
    {
        var nodes = await api.Get<NodeAnswer[]>("api/nodes", cancellation);
        if (json)
        {
            Screen.Json(nodes);
            return;
        }

        Screen.SimulatedBanner((await api.Get<StatusAnswer>("api/status", cancellation)).Simulated);
        NetworkTables.Nodes(nodes);
    });

    public static Command Chains() => Reading("chains", "Every chain with its group.", async (api, json, cancellation) =>
    {
        var chains = await api.Get<ChainAnswer[]>("api/chains", cancellation);
        if (json)
        {
            Screen.Json(chains);
            return;
        }

        Screen.SimulatedBanner((await api.Get<StatusAnswer>("api/status", cancellation)).Simulated);
        NetworkTables.Chains(chains);
    });

    public static Command Images() => Reading("images", "Which image runs where, with its digest.", async (api, json, cancellation) =>
    {
        var running = (await api.Get<ChainAnswer[]>("api/chains", cancellation)).SelectMany(c => c.Group.Where(m => m.ImageDigest is not null && m.Condition == "running")
            .SelectMany(m => (m.Sidecars ?? []).Select(s => new RunningImage(s.ImageDigest, c.Name, m.Node, s.Image, s.Name)).Prepend(new(m.ImageDigest!, c.Name, m.Node, m.Image)))).OrderBy(i => i.Digest, StringComparer.Ordinal).ThenBy(i => i.Chain, StringComparer.Ordinal).ToArray();
        if (json)
        {
            Screen.Json(running);
            return;
        }

        Screen.SimulatedBanner((await api.Get<StatusAnswer>("api/status", cancellation)).Simulated);
        Screen.Table(
            ["digest", "chain", "sidecar", "node", "ordered as", "from", "sbom"],
            running.Select(i => (string[])[i.Digest, i.Chain, i.Sidecar ?? "", $"{i.Node}", i.Origin?.Reference ?? "", string.Join(' ', i.Origin?.Digests ?? []), i.Origin?.Sbom ?? ""]));
    });

    private static Command Reading(string name, string description, Func<ApiClient, bool, CancellationToken, Task> show)
    {
        var command = new Command(name, description) { ApiClient.UrlOption, Screen.JsonOption };
        command.SetAction((arguments, cancellation) => ApiClient.Run(arguments, api => show(api, arguments.GetValue(Screen.JsonOption), cancellation), cancellation));
        return command;
    }

    private static IEnumerable<string[]> Rows(string what, IReadOnlyDictionary<string, int> counts) =>
        counts.Where(c => c.Value > 0).Select(c => (string[])[$"{what} {c.Key}", $"{c.Value}"]);

    /// <param name="Digest">sha256 of what runs.</param>
    /// <param name="Sidecar">Null: the chain's main container.</param>
    private sealed record RunningImage(string Digest, string Chain, long Node, ImageOrigin? Origin, string? Sidecar = null);
}
