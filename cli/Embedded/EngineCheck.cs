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
