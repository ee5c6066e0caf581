using Skale.Docker;
using Skale.Servers.Stack;

namespace Skale.Story.Tests;

/// <summary>What the engine really holds of one chain of one stack.</summary>
internal sealed record Engine(IReadOnlyList<ContainerDetails> Containers, int Networks, int Volumes)
{
    public int Count => Containers.Count + Networks + Volumes;

    public static async Task<Engine> Holds(SkaleStack stack, string chain)
    {
        using var engine = new DockerEngine();
        var labels = new Dictionary<string, string> { ["skale.network"] = stack.Network, ["skale.chain"] = chain };
        var containers = new List<ContainerDetails>();
        foreach (var listed in await engine.Containers.List(labels))
        {
            if (await engine.Containers.Find(listed.Id) is { } found)
            {
                containers.Add(found);
            }
        }

        return new Engine(containers, (await engine.Networks.List(labels)).Count, (await engine.Volumes.List(labels)).Count);
    }
}
