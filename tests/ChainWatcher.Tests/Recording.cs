using System.IO.Compression;
using System.Text.Json;
using Skale.Servers;

namespace Skale.ChainWatcher.Tests;

/// <summary>What a real SKALE Manager deployment said, as recorded from a test chain.</summary>
internal static class Recording
{
    private const string Mine = "ChainWatcher.Tests";
    private const string Decoder = "Ethereum.Tests";
    private const string Placement = "SkaleManager.Tests";

    private static readonly Lazy<JsonElement[]> LoadedLogs = new(() => [.. Read(Decoder, "logs.json.gz").EnumerateArray()]);
    private static readonly Lazy<JsonElement[]> LoadedBlocks = new(() => [.. Read(Mine, "blocks.json.gz").EnumerateArray()]);
    private static readonly Lazy<JsonElement[]> LoadedOperations = new(() => [.. Read(Mine, "operations.json.gz").EnumerateArray()]);

    private static readonly Lazy<JsonElement[]> LoadedSelections = new(() =>
        [.. Read(Placement, "selection.json.gz").GetProperty("operations").EnumerateArray().Where(o => !o.TryGetProperty("reverted", out _))]);

    private static readonly Lazy<JsonElement> LoadedViews = new(() => Read(Mine, "views.json.gz"));
    private static readonly Lazy<JsonElement[]> LoadedEvents = new(() => [.. Read(Decoder, "events.json.gz").EnumerateArray()]);

    /// <summary>What view calls returned at chosen blocks.</summary>
    public static JsonElement Views => LoadedViews.Value;

    /// <summary>The logs that the ABI describes, as an independent library decoded them.</summary>
    public static IReadOnlyList<JsonElement> Events => LoadedEvents.Value;

    /// <summary>The answer of eth_getLogs for all contracts, from genesis to head.</summary>
    public static IReadOnlyList<JsonElement> Logs => LoadedLogs.Value;

    /// <summary>Arrays of number, hash, parent hash, seconds.</summary>
    public static IReadOnlyList<JsonElement> Blocks => LoadedBlocks.Value;

    /// <summary>What was done on the chain and succeeded, with its outcome.</summary>
    public static IEnumerable<JsonElement> Operations(string kind) => LoadedOperations.Value.Where(o => o.GetProperty("op").GetString() == kind);

    /// <summary>The same, all of them in the order of the chain, with the groups before and after.</summary>
    public static IReadOnlyList<JsonElement> Selections => LoadedSelections.Value;

    public static string ContractsFile => Repository.Path("tests", Decoder, "data", "contracts.json");

    public static string AbiFile => Repository.Path("tests", Decoder, "data", "abi.json");

    private static JsonElement Read(string tests, string file)
    {
        using var zip = new GZipStream(File.OpenRead(Repository.Path("tests", tests, "data", file)), CompressionMode.Decompress);
        return JsonSerializer.Deserialize<JsonElement>(zip);
    }
}
