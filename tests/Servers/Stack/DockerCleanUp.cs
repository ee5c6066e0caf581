using Skale.Docker;

namespace Skale.Servers.Stack;

/// <summary>Removes what a test's network left on the engine and in the kernel's firewall: its agents were ended, not asked to remove it.</summary>
public static class DockerCleanUp
{
    public static async Task RemoveAll(string network)
    {
        using var engine = new DockerEngine();
        await engine.RemoveAll(new Dictionary<string, string> { ["skale.network"] = network });
        foreach (var table in await TablesOf(network))
        {
            await Nft("delete", "table", "inet", table);
        }
    }

    /// <summary>The firewall of a network's nodes; none without root, with which its agents could not make any either.</summary>
    public static async Task<IReadOnlyList<string>> TablesOf(string network) => Environment.IsPrivilegedProcess
        ? [.. (await Nft("list", "tables", "inet")).Split([' ', '\n']).Where(word => word.StartsWith($"skale-{network}-", StringComparison.Ordinal))]
        : [];

    private static Task<string> Nft(params string[] arguments) => ServerProcess.Run("nft", arguments, TimeSpan.FromMinutes(1));
}
