using Skale.Docker;

namespace Skale.Cli.Embedded;

/// <summary>What the engine holds of a network, asked past our own services.</summary>
internal static class EngineCheck
{
    /// <summary>Containers, networks and volumes together; of all chains when none is named.</summary>
    public static async Task<int> CountOf(string network, string? chain, CancellationToken cancellation)
    {
        using var engine = new DockerEngine();
        var labels = Labels(network, chain);
        return (await engine.Containers.List(labels, cancellation)).Count
            + (await engine.Networks.List(labels, cancellation)).Count
            + (await engine.Volumes.List(labels, cancellation)).Count;
    }

    /// <summary>Removes everything of a network, for a story that failed in the middle.</summary>
    public static async Task RemoveAll(string network)
    {
        using var engine = new DockerEngine();
        await engine.RemoveAll(Labels(network, null));
    }

    private static Dictionary<string, string> Labels(string network, string? chain)
    {
        var labels = new Dictionary<string, string> { ["skale.network"] = network };
        if (chain is not null)
        {
            labels["skale.chain"] = chain;
        }

        return labels;
    }
}
