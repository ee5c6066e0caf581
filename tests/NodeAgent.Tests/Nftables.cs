namespace Skale.NodeAgent.Tests;

/// <summary>Whether tests of the firewall can run here.</summary>
internal static class Nftables
{
    /// <summary>Skips where this host has none. Where the kernel shows its rules to us and nft is there, a fault is ours, and fails.</summary>
    public static async Task Need(HostFirewall firewall)
    {
        if (await firewall.Fault() is not { } fault)
        {
            return;
        }

        var isHere = RulesetGeneration.Read() is not null && await HostTool.Try(() => HostTool.Run("nft", ["list", "tables", "inet"])) is null;
        Assert.False(isHere, $"This host has nftables, and still: {fault}");
        Assert.Skip($"firewall: {fault}");
    }
}
