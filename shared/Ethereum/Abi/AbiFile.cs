using System.Collections.Immutable;
using System.Text.Json;

namespace Skale.Ethereum;

/// <summary>
/// Reads contract descriptions from JSON in the forms they come in: a Solidity ABI array; a compiler's artefact with an <c>abi</c> property; an object of contract
/// name to ABI array; and the one-object form that SKALE publishes (<c>nodes_abi</c>, <c>nodes_address</c>, <c>skale_d_k_g_abi</c>, ...).
/// </summary>
public static class AbiFile
{
    /// <summary>Behind a contract's name in the published form, its address.</summary>
    public const string AddressSuffix = "_address";

    private const string AbiSuffix = "_abi";

    /// <param name="json">The descriptions.</param>
    /// <param name="addresses">Optional second file: an object of contract name to address, bare or under <c>contracts</c>.</param>
    /// <param name="name">The contract's name where the file has only one and does not name it.</param>
    /// <exception cref="AbiException">Not one of the forms, or an entry that cannot be read; names the entry.</exception>
    public static ImmutableArray<ContractAbi> Parse(string json, string? addresses = null, string name = "")
    {
        try
        {
            using var file = JsonDocument.Parse(json);
            var known = addresses is null ? [] : ReadAddresses(addresses);
            return [.. Contracts(file.RootElement, name).Select(c => AbiEntries.Read(c.Name, c.Address ?? known.GetValueOrDefault(c.Name), c.Entries))];
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            throw new AbiException($"The contract description is not readable: {e.Message}", e);
        }
    }

    private static IEnumerable<(string Name, string? Address, JsonElement Entries)> Contracts(JsonElement root, string name)
    {
        if (root.ValueKind == JsonValueKind.Array)
        {
            return [(name, null, root)];
        }

        if (root.TryGetProperty("abi", out var artefact))
        {
            return [(root.TryGetProperty("contractName", out var own) ? own.GetString()! : name, null, artefact)];
        }

        var published = root.EnumerateObject().Where(p => p.Name.EndsWith(AbiSuffix, StringComparison.Ordinal)).ToList();
        return published.Count > 0
            ? published.Select(p => (RegistryName(p.Name[..^AbiSuffix.Length]), PublishedAddress(root, p.Name[..^AbiSuffix.Length]), p.Value))
            : root.EnumerateObject().Select(p => (p.Name, (string?)null, p.Value));
    }

    private static string? PublishedAddress(JsonElement root, string stem) =>
        root.TryGetProperty(stem + AddressSuffix, out var address) ? Address.Normalise(address.GetString()!) : null;

    /// <summary>The contract's name in the registry, of its name in a published file: <c>skale_d_k_g</c> is <c>SkaleDKG</c>.</summary>
    public static string RegistryName(string stem) => string.Concat(stem.Split('_').Select(word => word.Length == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..]));

    private static Dictionary<string, string> ReadAddresses(string json)
    {
        using var file = JsonDocument.Parse(json);
        var list = file.RootElement.TryGetProperty("contracts", out var contracts) ? contracts : file.RootElement;
        return list.EnumerateObject().ToDictionary(p => p.Name, p => Address.Normalise(p.Value.GetString()!));
    }
}
