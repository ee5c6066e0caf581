using System.Collections.Immutable;
using System.Text.Json;

namespace Skale.Ethereum;

/// <summary>The entries of one ABI array. Constructors, errors, fallbacks and anonymous events describe nothing that is read here and are passed over.</summary>
internal static class AbiEntries
{
    public static ContractAbi Read(string contract, string? address, JsonElement entries)
    {
        if (entries.ValueKind != JsonValueKind.Array)
        {
            throw new AbiException($"The ABI of '{contract}' is {entries.ValueKind}, not an array.");
        }

        var events = new List<AbiEvent>();
        var functions = new List<AbiFunction>();
        foreach (var entry in entries.EnumerateArray())
        {
            var name = Text(entry, "name") ?? "";
            try
            {
                switch (Text(entry, "type"))
                {
                    case "event" when !Flag(entry, "anonymous"):
                        events.Add(new AbiEvent(name, Parameters(entry, "inputs")));
                        break;
                    case "function" or null:
                        functions.Add(new AbiFunction(name, Parameters(entry, "inputs"), Parameters(entry, "outputs")));
                        break;
                }
            }
            catch (Exception e) when (e is AbiException or InvalidOperationException or OverflowException)
            {
                throw new AbiException($"Entry '{name}' of the ABI of '{contract}': {e.Message}", e);
            }
        }

        return new ContractAbi(contract, address, events, functions);
    }

    private static ImmutableArray<AbiParameter> Parameters(JsonElement entry, string property)
    {
        if (!entry.TryGetProperty(property, out var list))
        {
            return [];
        }

        var parameters = ImmutableArray.CreateBuilder<AbiParameter>();
        foreach (var item in list.EnumerateArray())
        {
            var name = Text(item, "name") is { Length: > 0 } given ? given : $"arg{parameters.Count}";
            var type = Text(item, "type") ?? throw new AbiException($"field '{name}' has no type.");
            try
            {
                parameters.Add(new AbiParameter(name, AbiType.Parse(type, Parameters(item, "components")), Flag(item, "indexed")));
            }
            catch (AbiException e)
            {
                throw new AbiException($"field '{name}': {e.Message}", e);
            }
        }

        return parameters.ToImmutable();
    }

    private static string? Text(JsonElement entry, string property) => entry.TryGetProperty(property, out var value) ? value.GetString() : null;

    private static bool Flag(JsonElement entry, string property) => entry.TryGetProperty(property, out var value) && value.GetBoolean();
}
