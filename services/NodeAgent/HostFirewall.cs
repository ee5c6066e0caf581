using System.Diagnostics;
using System.Globalization;
using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent;

/// <summary>
/// The firewall of a node's chains: one nftables table of our own, <c>skale-NETWORK-NODE</c>, beside the engine's rules and everybody else's, which are never
/// touched. It outlives agent and engine. Each change is one transaction of the kernel.
/// </summary>
internal sealed class HostFirewall(Place place) : IDisposable
{
    /// <summary>One listing serves all chains that are looked at about the same time.</summary>
    private static readonly TimeSpan ListingServes = TimeSpan.FromSeconds(5);

    /// <summary>No system takes clients' ports from there, and few servers are.</summary>
    private const int LastBlock = 65_472;

    private readonly string table = $"skale-{place.Network}-{place.Node}";
    private readonly FirewallScript script = new($"skale-{place.Network}-{place.Node}");
    private readonly SemaphoreSlim turn = new(1);
    private FirewallTable? listing;
    private long listedAt;

    /// <summary>Why this host cannot do it, found by doing it for a bridge that is not there; null when it can.</summary>
    public Task<string?> Fault() => HostTool.Try(async () =>
    {
        var id = Guid.NewGuid().ToString("N");
        var rules = new ChainFirewall(LastBlock, [new(new(0), "192.0.2.1", 1), new(new(1), "2001:db8::1", 1)], place.Firewall, 8_000_000);
        try
        {
            await Set(id, rules);
            if (await Read(id) != (rules.Digest, rules.BitsPerSecond))
            {
                throw new HostToolException("nft took the rules, but does not show them");
            }
        }
        finally
        {
            await Remove(id);
        }
    });

    /// <summary>Puts a chain's rules in the place of those it has, at once.</summary>
    public Task Set(string network, ChainFirewall rules) => InTurn(async () =>
    {
        var bridge = BridgeOf(network);
        await Run(script.Set(bridge, rules, (await List()).Entries(b => b == bridge || !IsThere(b))));
        var shown = (await List()).Digest(bridge);
        await Run(script.Note(bridge, $"{rules.Digest} {rules.BitsPerSecond ?? 0} {shown}"));
        return true;
    });

    /// <summary>The digest of what a chain's rules were made from and the bits per second that they let out, if they are in force as they were made; null otherwise.</summary>
    public Task<(long? Digest, long? BitsPerSecond)> Read(string network) => InTurn(async () =>
    {
        var bridge = BridgeOf(network);
        listing = listing is null || Stopwatch.GetElapsedTime(listedAt) > ListingServes ? await List() : listing;
        return listing.Note(bridge)?.Split(' ') is [var digest, var rate, var shown] && shown == listing.Digest(bridge)
            ? (long.Parse(digest, CultureInfo.InvariantCulture), long.Parse(rate, CultureInfo.InvariantCulture) is > 0 and var bits ? bits : null)
            : ((long?)null, (long?)null);
    });

    /// <summary>Nothing when it has none.</summary>
    public Task Remove(string network) => InTurn(() => Remove([BridgeOf(network)]));

    /// <summary>Removes the rules of chains whose bridge is gone.</summary>
    public Task RemoveLeftovers() => InTurn(async () => await Remove([.. (await List()).Bridges.Where(b => !IsThere(b))]));

    public void Dispose() => turn.Dispose();

    // The engine names a bridge by 12 characters of the network's id.
    private static string BridgeOf(string network) => $"br-{network[..12]}";

    private static bool IsThere(string bridge) => Directory.Exists($"/sys/class/net/{bridge}");

    private async Task<bool> Remove(IReadOnlyList<string> bridges)
    {
        var there = await List();
        foreach (var bridge in there.Bridges.Intersect(bridges))
        {
            await Run(there.Bridges.Count == 1 ? script.RemoveAll() : script.Remove(bridge, there.Entries(b => b == bridge), there.ChainsOf(bridge)));
            there = await List();
        }

        return true;
    }

    private async Task Run(string commands)
    {
        listing = null;
        await HostTool.Run("nft", ["-f", "-"], commands);
    }

    private async Task<FirewallTable> List()
    {
        var tables = await HostTool.Run("nft", ["list", "tables", "inet"]);
        listedAt = Stopwatch.GetTimestamp();
        return tables.Split('\n').Contains($"table inet {table}") ? new FirewallTable(await HostTool.Run("nft", ["-j", "list", "table", "inet", table])) : new FirewallTable(null);
    }

    private async Task<T> InTurn<T>(Func<Task<T>> work)
    {
        await turn.WaitAsync();
        try
        {
            return await work();
        }
        finally
        {
            turn.Release();
        }
    }
}
