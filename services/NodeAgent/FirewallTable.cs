using System.Collections.Immutable;

namespace Skale.NodeAgent;

/// <summary>A node's table as the kernel showed it at one moment: of each bridge that has rules what identifies them, not the rules.</summary>
/// <param name="rules">By bridge.</param>
/// <param name="entries">By which sets and maps lead to them.</param>
internal sealed class FirewallTable(ImmutableDictionary<string, BridgeRules> rules, ImmutableArray<BridgeEntry> entries)
{
    /// <summary>Bridges of all chains that have rules here.</summary>
    public IReadOnlySet<string> Bridges => rules.Keys.ToHashSet();

    /// <summary>The entries by which sets and maps lead to rules of these bridges: set or map, and key as nft reads it.</summary>
    public IReadOnlyList<(string Map, string Key)> Entries(Func<string, bool> ofBridge) => [.. entries.Where(e => ofBridge(e.Bridge)).Select(e => (e.Map, e.Key))];

    public IEnumerable<string> ChainsOf(string bridge) => rules.TryGetValue(bridge, out var found) ? found.Chains : [];

    /// <summary>A digest of all that decides about a chain: the common rules, its own, and the entries that lead to them. Counted numbers of the kernel apart.</summary>
    public string Digest(string bridge) => rules.TryGetValue(bridge, out var found) ? found.Digest : "";

    /// <summary>What was noted when its rules were made; null when nothing was.</summary>
    public string? Note(string bridge) => rules.GetValueOrDefault(bridge)?.Note;

    /// <summary>What it is once these notes are in it.</summary>
    public FirewallTable Noted(IEnumerable<(string Bridge, string Note)> notes) =>
        new(rules.SetItems(notes.Select(n => KeyValuePair.Create(n.Bridge, rules[n.Bridge] with { Note = n.Note }))), entries);

    /// <summary>What it is once nothing of these bridges is in it.</summary>
    public FirewallTable Without(IReadOnlySet<string> bridges) => new(rules.RemoveRange(bridges), entries.RemoveAll(e => bridges.Contains(e.Bridge)));
}

/// <param name="Chains">Of rules of its own.</param>
internal sealed record BridgeRules(string Digest, string? Note, ImmutableArray<string> Chains);

/// <param name="Map">Or set.</param>
/// <param name="Key">As nft reads it.</param>
internal sealed record BridgeEntry(string Map, string Key, string Bridge);
