using System.Buffers;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;

namespace Skale.NodeAgent;

/// <summary>A node's table as the kernel showed it at one moment: of each bridge that has rules what identifies them, not the rules.</summary>
internal sealed class FirewallTable
{
    private const string Mark = "br-";
    private const int BridgeCharacters = 15;

    private readonly ImmutableDictionary<string, BridgeRules> rules;
    private readonly ImmutableArray<Entry> entries;

    /// <param name="shown">What <c>nft -j list table</c> printed; null when there is no table.</param>
    public FirewallTable(string? shown)
    {
        using var document = JsonDocument.Parse(shown ?? """{"nftables":[]}""");
        var items = document.RootElement.GetProperty("nftables").EnumerateArray().Select(i => i.EnumerateObject().First()).Where(i => i.Name != "metainfo").ToArray();
        entries = [.. items.Where(i => i.Name is "map" or "set").SelectMany(EntriesOf)];
        rules = BridgeRules.Of(items);
    }

    private FirewallTable(ImmutableDictionary<string, BridgeRules> rules, ImmutableArray<Entry> entries) => (this.rules, this.entries) = (rules, entries);

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

    /// <summary>The bridge whose chain of rules this is; null for a common one.</summary>
    private static string? BridgeOf(string chain) => chain.IndexOf("-br-", StringComparison.Ordinal) is > 0 and var at ? chain[(at + 1)..] : null;

    private static IEnumerable<Entry> EntriesOf(JsonProperty map)
    {
        foreach (var entry in map.Value.TryGetProperty("elem", out var all) ? all.EnumerateArray().ToArray() : [])
        {
            var key = map.Name == "map" ? entry[0] : entry;
            var target = map.Name == "map" && entry[1].ValueKind == JsonValueKind.Object && entry[1].TryGetProperty("jump", out var jump) ? jump.GetProperty("target").GetString() : null;
            var bridge = (target is null ? null : BridgeOf(target)) ?? (key.ValueKind == JsonValueKind.String && key.GetString()!.StartsWith(Mark, StringComparison.Ordinal) ? key.GetString() : null);
            if (bridge is not null)
            {
                yield return new Entry(map.Value.GetProperty("name").GetString()!, KeyOf(key), bridge);
            }
        }
    }

    private static string KeyOf(JsonElement key) => key.ValueKind switch
    {
        JsonValueKind.Object => $"{key.GetProperty("range")[0]}-{key.GetProperty("range")[1]}",
        JsonValueKind.String => $"\"{key}\"",
        _ => $"{key}",
    };

    private sealed record Entry(string Map, string Key, string Bridge);

    private sealed record BridgeRules(string Digest, string? Note, ImmutableArray<string> Chains)
    {
        private const int DigestCharacters = 32;

        /// <summary>In one pass over what was shown: the table of a full machine has thousands of items.</summary>
        public static ImmutableDictionary<string, BridgeRules> Of(IReadOnlyList<JsonProperty> items)
        {
            var chains = items.Where(i => i.Name == "chain").Select(i => i.Value.GetProperty("name").GetString()!).Where(c => BridgeOf(c) is not null).ToLookup(c => BridgeOf(c)!);
            var digests = chains.ToDictionary(c => c.Key, _ => IncrementalHash.CreateHash(HashAlgorithmName.SHA256));
            var notes = new Dictionary<string, string?>();
            foreach (var item in items)
            {
                var owner = item.Name == "rule" ? item.Value.GetProperty("chain").GetString()! : item.Name == "chain" ? item.Value.GetProperty("name").GetString()! : "";
                if (owner.StartsWith("seen-", StringComparison.Ordinal))
                {
                    if (item.Name == "rule")
                    {
                        notes.TryAdd(owner["seen-".Length..], item.Value.TryGetProperty("comment", out var comment) ? comment.GetString() : null);
                    }
                }
                else if (BridgeOf(owner) is not { } bridge)
                {
                    AddCommon(item, digests);
                }
                else if (digests.TryGetValue(bridge, out var digest))
                {
                    digest.AppendData(TextOf(item, null));
                }
            }

            return digests.ToImmutableDictionary(d => d.Key, d => new BridgeRules(Finish(d.Value), notes.GetValueOrDefault(d.Key), [.. chains[d.Key]]));
        }

        private static void AddCommon(JsonProperty item, Dictionary<string, IncrementalHash> digests)
        {
            var hasEntries = item.Value.TryGetProperty("elem", out var all);
            var (same, entries) = (TextOf(item, hasEntries ? [] : null), hasEntries ? ByBridge(all) : null);
            foreach (var (bridge, digest) in digests)
            {
                digest.AppendData(entries is not null && entries.Contains(bridge) ? TextOf(item, [.. entries[bridge]]) : same);
            }
        }

        /// <summary>Entries that name a bridge, each as often as it names another.</summary>
        private static ILookup<string, JsonElement> ByBridge(JsonElement entries) =>
            entries.EnumerateArray().SelectMany(e => Named(e.GetRawText()).Distinct().Select(b => (Bridge: b, Entry: e))).ToLookup(e => e.Bridge, e => e.Entry);

        private static IEnumerable<string> Named(string text)
        {
            for (var at = text.IndexOf(Mark, StringComparison.Ordinal); at >= 0 && at + BridgeCharacters <= text.Length; at = text.IndexOf(Mark, at + 1, StringComparison.Ordinal))
            {
                yield return text.Substring(at, BridgeCharacters);
            }
        }

        /// <summary>As it was shown, without the kernel's own number, and of its entries only these.</summary>
        private static byte[] TextOf(JsonProperty item, IReadOnlyList<JsonElement>? entries)
        {
            var text = new ArrayBufferWriter<byte>();
            using (var writer = new Utf8JsonWriter(text))
            {
                writer.WriteStartObject();
                writer.WriteStartObject(item.Name);
                foreach (var member in item.Value.EnumerateObject().Where(m => m.Name != "handle"))
                {
                    if (member.Name == "elem" && entries is not null)
                    {
                        writer.WriteStartArray("elem");
                        foreach (var entry in entries)
                        {
                            entry.WriteTo(writer);
                        }

                        writer.WriteEndArray();
                    }
                    else
                    {
                        member.WriteTo(writer);
                    }
                }

                writer.WriteEndObject();
                writer.WriteEndObject();
            }

            text.Write("\n"u8);
            return text.WrittenSpan.ToArray();
        }

        private static string Finish(IncrementalHash digest)
        {
            using (digest)
            {
                return Convert.ToHexStringLower(digest.GetHashAndReset())[..DigestCharacters];
            }
        }
    }
}
