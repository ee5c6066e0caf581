using Skale.Docker;

namespace Skale.Servers.Stack;

/// <summary>Removes what a test's network left on the engine.</summary>
public static class DockerCleanUp
{
    public static async Task RemoveAll(string network)
    {
        using var engine = new DockerEngine();
        await engine.RemoveAll(new Dictionary<string, string> { ["skale.network"] = network });
    }
}
