using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Skale.NodeAgent;

/// <summary>A node's table as the kernel showed it at one moment.</summary>
/// <param name="shown">What <c>nft -j list table</c> printed; null when there is no table.</param>
internal sealed class FirewallTable(string? shown)
{
    private readonly JsonObject[] items = shown is null ? [] : [.. JsonNode.Parse(shown)!["nftables"]!.AsArray().Select(i => i!.AsObject()).Where(i => !i.ContainsKey("metainfo"))];

    /// <summary>Bridges of all chains that have rules here.</summary>
    public IReadOnlySet<string> Bridges => Names("chain").Select(BridgeOf).OfType<string>().ToHashSet();

    /// <summary>The entries by which the maps lead to rules of these bridges: map and key, as nft reads them.</summary>
    public IReadOnlyList<(string Map, string Key)> Entries(Func<string, bool> ofBridge) =>
    [
        .. from map in items.Select(i => i["map"]).OfType<JsonObject>()
           from entry in map["elem"]?.AsArray() ?? []
           let target = entry[1]?["jump"]?["target"]?.GetValue<string>()
           let key = entry[0]
           where (target is not null && BridgeOf(target) is { } bridge && ofBridge(bridge)) || (key is JsonValue && $"{key}" is var name && name.StartsWith("br-", StringComparison.Ordinal) && ofBridge(name))
           select ($"{map["name"]}", KeyOf(key!)),
    ];

    public IEnumerable<string> ChainsOf(string bridge) => Names("chain").Where(c => BridgeOf(c) == bridge);

    /// <summary>A digest of all that decides about a chain: the common rules, its own, and the entries that lead to them. Counted numbers of the kernel apart.</summary>
    public string Digest(string bridge)
    {
        var text = new StringBuilder();
        foreach (var item in items.Where(i => Concerns(i, bridge)).Select(i => i.DeepClone().AsObject()))
        {
            var body = item.First().Value!.AsObject();
            body.Remove("handle");
            if (body["elem"] is JsonArray entries)
            {
                body["elem"] = new JsonArray([.. entries.Where(e => e!.ToJsonString().Contains(bridge, StringComparison.Ordinal)).Select(e => e!.DeepClone())]);
            }

            text.Append(item.ToJsonString()).Append('\n');
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{text}")))[..32];
    }

    /// <summary>What was noted when its rules were made; null when nothing was.</summary>
    public string? Note(string bridge) => items.Select(i => i["rule"]).OfType<JsonObject>()
        .FirstOrDefault(r => $"{r["chain"]}" == $"seen-{bridge}")?["comment"]?.GetValue<string>();

    private static bool Concerns(JsonObject item, string bridge)
    {
        var body = item.First().Value!;
        var owner = item.ContainsKey("rule") ? $"{body["chain"]}" : item.ContainsKey("chain") ? $"{body["name"]}" : "";
        return !owner.StartsWith("seen-", StringComparison.Ordinal) && (BridgeOf(owner) is not { } other || other == bridge);
    }

    /// <summary>The bridge whose chain of rules this is; null for a common one.</summary>
    private static string? BridgeOf(string chain) => chain.IndexOf("-br-", StringComparison.Ordinal) is > 0 and var at ? chain[(at + 1)..] : null;

    private static string KeyOf(JsonNode key) => key switch
    {
        JsonObject range => $"{range["range"]![0]}-{range["range"]![1]}",
        _ when key.GetValueKind() == System.Text.Json.JsonValueKind.String => $"\"{key}\"",
        _ => $"{key}",
    };

    private IEnumerable<string> Names(string kind) => items.Select(i => i[kind]).OfType<JsonObject>().Select(c => $"{c["name"]}");
}
