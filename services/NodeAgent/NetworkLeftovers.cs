using Skale.Docker;
using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent;

/// <summary>Everything that agents of a network have made on this machine, for a network that is given up while no agent is there to remove it.</summary>
public static class NetworkLeftovers
{
    /// <summary>Removes containers, networks and volumes, and then the firewall of all its nodes.</summary>
    /// <returns>Why the firewall could not be removed; null when nothing of it is left.</returns>
    /// <exception cref="DockerException">The engine cannot be reached or refuses.</exception>
    public static async Task<string?> RemoveAll(string network)
    {
        using var engine = new DockerEngine();
        await engine.RemoveAll(new Dictionary<string, string> { [Label.Network] = network });
        return await HostTool.Try(() => HostFirewall.RemoveAll(network));
    }
}
