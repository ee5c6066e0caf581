using System.Collections.Immutable;
using System.Text.Json;
using Skale.Ethereum;

namespace Skale.ChainWatcher;

/// <summary>Reads which contracts to watch from the files that the options name.</summary>
internal static class ContractFiles
{
    /// <summary>Without these there is nothing to watch: a file that leads to none of them is the wrong file.</summary>
    private static readonly string[] Essential = ["NodeCreated", "ExitCompleted", "SchainCreated", "SchainDeleted"];

    /// <summary>Name of the one development contract that stands in for all.</summary>
    private const string StandIn = "development manager";

    private static readonly Lazy<ImmutableArray<ContractAbi>> Present = new(() => AbiFile.Parse(BuiltInAbi()));
    private static readonly Lazy<ImmutableArray<ContractAbi>> Past = new(() => AbiFile.Parse(Resource("skale-manager-before-1.9.json")));

    /// <summary>SKALE Manager since 1.9.0: its events, and the functions that tell a rotation.</summary>
    public static ImmutableArray<ContractAbi> BuiltIn => Present.Value;

    /// <exception cref="ContractsException">A file is missing, unreadable or lacks what is needed.</exception>
    public static ContractSet Load(ChainWatcherOptions options)
    {
        var (contracts, chainId) = Read(options);
        return Try(options.Contracts is { Length: > 0 } file ? $"ChainWatcher:Contracts ({file})" : "ChainWatcher:ContractAddress", () => new ContractSet([.. Complete(contracts).Select(WithPast)], chainId));
    }

    /// <summary>As above, for one who wants no more than the two files hold.</summary>
    /// <exception cref="ContractsException">A file is missing or unreadable, or not one of the contracts is described.</exception>
    public static ContractSet LoadPart(string contracts, string abi)
    {
        var (described, chainId) = Read(new ChainWatcherOptions { Contracts = contracts, Abi = abi });
        return described.Any(c => c.Events.Count > 0)
            ? Try(contracts, () => new ContractSet([.. described.Select(WithPast)], chainId))
            : throw new ContractsException($"{abi} describes no event of {string.Join(", ", described.Select(c => c.Name))}, the contracts of {contracts}. Contracts have one name in both, such as Nodes and Schains.");
    }

    private static (IReadOnlyList<ContractAbi> Contracts, long? ChainId) Read(ChainWatcherOptions options)
    {
        var abi = Try($"ChainWatcher:Abi ({options.Abi ?? "built in"})", () => AbiFile.Parse(options.Abi is { Length: > 0 } path ? File.ReadAllText(path) : BuiltInAbi()));
        if (options.ContractAddress is { Length: > 0 } address)
        {
            var all = new ContractAbi(StandIn, null, abi.SelectMany(c => c.Events), abi.SelectMany(c => c.Functions));
            return Try("ChainWatcher:ContractAddress", () => ((IReadOnlyList<ContractAbi>)[all.At(address)], (long?)null));
        }

        return Try($"ChainWatcher:Contracts ({options.Contracts})", () =>
        {
            var (chainId, addresses) = ReadAddresses(File.ReadAllText(options.Contracts!));
            return ((IReadOnlyList<ContractAbi>)[.. addresses.Select(p => (abi.FirstOrDefault(c => c.Name == p.Name) ?? new ContractAbi(p.Name, null, [], [])).At(p.Address))], chainId);
        });
    }

    /// <summary>Why <see cref="Load"/> fails; null when it does not.</summary>
    public static string? ProblemWith(ChainWatcherOptions options)
    {
        try
        {
            Load(options);
            return null;
        }
        catch (ContractsException e)
        {
            return e.Message;
        }
    }

    private static IReadOnlyList<ContractAbi> Complete(IReadOnlyList<ContractAbi> contracts)
    {
        var missing = Essential.Where(name => !contracts.Any(c => c.Events.Any(e => e.Name == name))).ToArray();
        return missing.Length == 0
            ? contracts
            : throw new ContractsException(
                $"none of the contracts ({string.Join(", ", contracts.Select(c => c.Name))}) emits {string.Join(", ", missing)}. Contracts are named as in the ABI, such as Nodes and Schains.");
    }

    /// <summary>Which release emitted a log is told by its topic: what a file describes comes first, older releases are known besides.</summary>
    private static ContractAbi WithPast(ContractAbi abi) =>
        new(abi.Name, abi.Address, abi.Events.Concat(Past.Value.Where(c => c.Name == abi.Name || abi.Name == StandIn).SelectMany(c => c.Events)), abi.Functions);

    private static (long? ChainId, List<(string Name, string Address)> Contracts) ReadAddresses(string json)
    {
        using var file = JsonDocument.Parse(json);
        long? chainId = file.RootElement.ValueKind == JsonValueKind.Object && file.RootElement.TryGetProperty("chainId", out var id) ? id.GetInt64() : null;
        return (chainId, [.. Entries(file.RootElement).Select(e => (e.Name, AddressOf(e.Label, e.Address)))]);
    }

    /// <summary>Either our own form, or one of those that SKALE publishes: <c>nodes_address</c> beside <c>nodes_abi</c>, or <c>nodes</c> alone.</summary>
    private static IEnumerable<(string Name, string Label, JsonElement Address)> Entries(JsonElement root)
    {
        if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("contracts", out var named) && named.ValueKind == JsonValueKind.Object)
        {
            return named.EnumerateObject().Select(p => (p.Name, p.Name, p.Value));
        }

        if (root.ValueKind == JsonValueKind.Object && root.EnumerateObject().Where(p => p.Name.EndsWith(AbiFile.AddressSuffix, StringComparison.Ordinal)).ToArray() is { Length: > 0 } published)
        {
            return published.Select(p => (AbiFile.RegistryName(p.Name[..^AbiFile.AddressSuffix.Length]), p.Name, p.Value));
        }

        return root.ValueKind == JsonValueKind.Object && root.TryGetProperty("nodes", out _)
            ? root.EnumerateObject().Select(p => (AbiFile.RegistryName(p.Name), p.Name, p.Value))
            : throw new FormatException("expected an object with a property 'contracts' that maps names to addresses, or the published form (nodes_address, schains_address, ...).");
    }

    private static string AddressOf(string label, JsonElement address)
    {
        try
        {
            return Address.Normalise(address.GetString() ?? "");
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException)
        {
            throw new FormatException($"'{label}': {e.Message}", e);
        }
    }

    private static T Try<T>(string source, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or FormatException or InvalidOperationException or AbiException or ContractsException)
        {
            throw new ContractsException($"{source}: {e.Message}");
        }
    }

    internal static string BuiltInAbi() => Resource("skale-manager-1.9.json");

    private static string Resource(string name)
    {
        using var text = new StreamReader(typeof(ContractFiles).Assembly.GetManifestResourceStream(name)!);
        return text.ReadToEnd();
    }
}
