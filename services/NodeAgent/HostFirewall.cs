using System.Globalization;
using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent;

/// <summary>
/// The firewall of a node's chains: one nftables table of our own, <c>skale-NETWORK-NODE</c>, beside the engine's rules and everybody else's, which are never
/// touched. It outlives agent and engine. Each change is one transaction of the kernel; changes that are wanted while another is made share the next.
/// </summary>
internal sealed class HostFirewall(Place place) : IDisposable
{
    /// <summary>No system takes clients' ports from there, and few servers are.</summary>
    private const int LastBlock = 65_472;

    private readonly FirewallListing listing = new(place.Prefix);
    private readonly FirewallScript script = new(place.Prefix);
    private readonly FirewallNotes notes = new();
    private readonly SemaphoreSlim turn = new(1);
    private readonly List<Change> wanted = [];

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
    public Task Set(string network, ChainFirewall rules) => Make(new Change(BridgeOf(network), rules));

    /// <summary>Nothing when it has none.</summary>
    public Task Remove(string network) => Make(new Change(BridgeOf(network), null));

    /// <summary>The digest of what a chain's rules were made from and the bits per second that they let out, if they are in force as they were made; null otherwise.</summary>
    public async Task<(long? Digest, long? BitsPerSecond)> Read(string network)
    {
        var bridge = BridgeOf(network);
        var there = listing.Known ?? await InTurn(Current);
        if (notes.IsOpen(there, bridge))
        {
            there = await InTurn(() => Complete(bridge));
        }

        return notes.Of(there, bridge) is { } note && note.Shown == there.Digest(bridge) ? (note.Made, note.BitsPerSecond) : (null, null);
    }

    /// <summary>Removes the rules of chains whose bridge is gone.</summary>
    public async Task RemoveLeftovers() =>
        await Task.WhenAll((await InTurn(Current)).Bridges.Where(b => !IsThere(b)).Select(b => Make(new Change(b, null))));

    /// <summary>Removes the tables of all nodes of a network.</summary>
    /// <exception cref="HostToolException">The kernel refuses, or nft is missing.</exception>
    public static async Task RemoveAll(string network)
    {
        var prefix = Place.PrefixOf(network);
        var tables = (await HostTool.Run("nft", ["list", "tables", "inet"])).Split([' ', '\n'])
            .Where(word => word.StartsWith(prefix, StringComparison.Ordinal) && long.TryParse(word.AsSpan(prefix.Length), CultureInfo.InvariantCulture, out _));
        await Run(string.Concat(tables.Select(table => new FirewallScript(table).RemoveAll())));
    }

    public void Dispose() => turn.Dispose();

    // The engine names a bridge by 12 characters of the network's id.
    private static string BridgeOf(string network) => $"br-{network[..12]}";

    private static bool IsThere(string bridge) => Directory.Exists($"/sys/class/net/{bridge}");

    private async Task Make(Change change)
    {
        lock (wanted)
        {
            wanted.Add(change);
        }

        await InTurn(async () => change.Made.Task.IsCompleted || await MakeAll());
        await change.Made.Task;
    }

    /// <summary>All that are wanted by now; when one of them cannot be made, each by itself.</summary>
    private async Task<bool> MakeAll()
    {
        Change[] all;
        lock (wanted)
        {
            all = [.. wanted];
            wanted.Clear();
        }

        if (all.Length == all.DistinctBy(c => c.Bridge).Count() && await FaultOf(all) is null)
        {
            Array.ForEach(all, c => c.Made.TrySetResult());
            return true;
        }

        foreach (var change in all)
        {
            if (await FaultOf([change]) is { } fault)
            {
                change.Made.TrySetException(fault);
            }

            change.Made.TrySetResult();
        }

        return true;
    }

    private async Task<Exception?> FaultOf(IReadOnlyList<Change> changes)
    {
        try
        {
            // What was read last mostly says well enough what there is; where it does not, the kernel refuses all of it. A whole table goes only after a look.
            var there = listing.Last;
            var isWhole = there is not null && changes.All(c => c.Rules is null) && there.Bridges.IsSubsetOf(changes.Select(c => c.Bridge));
            if (there is null || isWhole || await HostTool.Try(() => Transact(changes, there)) is not null)
            {
                await Transact(changes, listing.Renew());
            }

            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }

    private async Task Transact(IReadOnlyList<Change> changes, FirewallTable there)
    {
        var set = changes.Where(c => c.Rules is not null).Select(c => (c.Bridge, Rules: c.Rules!)).ToArray();
        var removed = changes.Where(c => c.Rules is null && there.Bridges.Contains(c.Bridge)).Select(c => c.Bridge).ToHashSet();
        if (set.Length > 0)
        {
            var old = there.Entries(b => !IsThere(b) || changes.Any(c => c.Bridge == b));
            await Run(script.Change(set, removed.Select(b => (b, there.ChainsOf(b))), old) + notes.With(script, set, there.Without(removed)));
            notes.Made(set, listing.Renew());
        }
        else if (removed.Count > 0)
        {
            await Run(removed.Count == there.Bridges.Count ? script.RemoveAll() : script.Change([], removed.Select(b => (b, there.ChainsOf(b))), there.Entries(removed.Contains)));
            listing.Changed(there.Without(removed));
        }
    }

    /// <summary>Notes what is still to be noted. Others that waited for their turn find it done.</summary>
    private async Task<FirewallTable> Complete(string bridge)
    {
        var shown = await Current();
        if (notes.IsOpen(shown, bridge))
        {
            shown = listing.Renew();
            notes.TakeOver(shown);
        }

        if (notes.AreDue)
        {
            await Run(notes.With(script, [], shown));
            listing.Changed(shown = notes.Written(shown));
        }

        return shown;
    }

    private Task<FirewallTable> Current() => Task.FromResult(listing.Known ?? listing.Renew());

    private static Task<string> Run(string commands) => HostTool.Run("nft", ["-f", "-"], commands);

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

    /// <param name="Rules">Null: to be removed.</param>
    private sealed record Change(string Bridge, ChainFirewall? Rules)
    {
        public TaskCompletionSource Made { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
