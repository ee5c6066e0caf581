namespace Skale.Servers.Stack;

/// <summary>Removes what a test left on the engine, by its own label only.</summary>
public static class DockerCleanUp
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    public static async Task RemoveAll(string label)
    {
        foreach (var (list, remove) in (IEnumerable<(string[], string[])>)
        [
            (["ps", "-aq"], ["rm", "-f", "-v"]),
            (["network", "ls", "-q"], ["network", "rm"]),
            (["volume", "ls", "-q"], ["volume", "rm", "-f"]),
        ])
        {
            var found = (await ServerProcess.Run("docker", [.. list, "--filter", $"label={label}"], Limit)).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (found.Length > 0)
            {
                await ServerProcess.Run("docker", [.. remove, .. found], Limit);
            }
        }
    }
}
