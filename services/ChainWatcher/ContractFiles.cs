using System.Text.Json;
using Skale.Ethereum;

namespace Skale.ChainWatcher;

/// <summary>Reads which contracts to watch from the files that the options name.</summary>
internal static class ContractFiles
{
    /// <summary>Without these there is nothing to watch: a file that leads to none of them is the wrong file.</summary>
    private static readonly string[] Essential = ["NodeCreated", "ExitCompleted", "SchainCreated", "SchainDeleted"];

    /// <exception cref="ContractsException">A file is missing, unreadable or lacks what is needed.</exception>
    public static ContractSet Load(ChainWatcherOptions options)
    {
        var abi = Try($"ChainWatcher:Abi ({options.Abi ?? "built in"})", () => AbiFile.Parse(options.Abi is { Length: > 0 } path ? File.ReadAllText(path) : BuiltInAbi()));
        if (options.ContractAddress is { Length: > 0 } address)
        {
            var all = new ContractAbi("SkaleManager", null, abi.SelectMany(c => c.Events), []);
            return Try("ChainWatcher:ContractAddress", () => Complete([all.At(address)], null));
        }

        return Try($"ChainWatcher:Contracts ({options.Contracts})", () =>
        {
            var (chainId, addresses) = ReadAddresses(File.ReadAllText(options.Contracts!));
            return Complete([.. addresses.Select(p => (abi.FirstOrDefault(c => c.Name == p.Name) ?? new ContractAbi(p.Name, null, [], [])).At(p.Address))], chainId);
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

    private static ContractSet Complete(IReadOnlyCollection<ContractAbi> contracts, long? chainId)
    {
        var missing = Essential.Where(name => !contracts.Any(c => c.Events.Any(e => e.Name == name))).ToArray();
        return missing.Length == 0
            ? new ContractSet(contracts, chainId)
            : throw new ContractsException(
                $"none of the contracts ({string.Join(", ", contracts.Select(c => c.Name))}) emits {string.Join(", ", missing)}. Contracts are named as in the ABI, such as Nodes and Schains.");
    }

    private static (long? ChainId, List<(string Name, string Address)> Contracts) ReadAddresses(string json)
    {
        using var file = JsonDocument.Parse(json);
        var contracts = file.RootElement.ValueKind == JsonValueKind.Object && file.RootElement.TryGetProperty("contracts", out var named) && named.ValueKind == JsonValueKind.Object
            ? named
            : throw new FormatException("expected an object with a property 'contracts' that maps names to addresses.");
        long? chainId = file.RootElement.TryGetProperty("chainId", out var id) ? id.GetInt64() : null;
        return (chainId, [.. contracts.EnumerateObject().Select(p => (p.Name, AddressOf(p)))]);
    }

    private static string AddressOf(JsonProperty contract)
    {
        try
        {
            return Address.Normalise(contract.Value.GetString() ?? "");
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException)
        {
            throw new FormatException($"'{contract.Name}': {e.Message}", e);
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

    internal static string BuiltInAbi()
    {
        using var text = new StreamReader(typeof(ContractFiles).Assembly.GetManifestResourceStream("skale-manager-1.9.json")!);
        return text.ReadToEnd();
    }
}
