using System.Numerics;
using System.Text.Json;
using Skale.Ethereum;

namespace Skale.ChainWatcher.Tests;

/// <summary>What the recorded contracts answered to view calls: undecoded where the recording has it so, else encoded from the snapshots by the ABI.</summary>
internal static class RecordedViews
{
    private static readonly string[] NotGetters =
        ["label", "block", "blockHash", "timestamp", "nodes", "chains", "getSchainType", "getIPRangeByIndex", "getValidatorNodeIndexes", "countNodesWithFreeSpace"];

    private static readonly IReadOnlyDictionary<string, ContractAbi> Contracts =
        AbiFile.Parse(File.ReadAllText(Recording.AbiFile), File.ReadAllText(Recording.ContractsFile)).ToDictionary(c => c.Name);

    private static readonly Lazy<Dictionary<(long Block, string To, string Data), string?>> Loaded = new(Load);

    /// <summary>Blocks at which everything was recorded.</summary>
    public static IReadOnlyList<long> SnapshotBlocks { get; } = [.. Recording.Views.GetProperty("snapshots").EnumerateArray().Select(s => s.GetProperty("block").GetInt64())];

    /// <summary>Whether there is an answer; null data means that the call reverted.</summary>
    public static bool TryFind(long block, string to, string data, out string? answer) => Loaded.Value.TryGetValue((block, to.ToLowerInvariant(), data), out answer);

    private static Dictionary<(long Block, string To, string Data), string?> Load()
    {
        var answers = new Dictionary<(long Block, string To, string Data), string?>();
        foreach (var snapshot in Recording.Views.GetProperty("snapshots").EnumerateArray())
        {
            Snapshot(answers, snapshot);
        }

        foreach (var group in Recording.Views.GetProperty("afterOperation").EnumerateArray().Append(Recording.Views.GetProperty("rawSnapshot")))
        {
            foreach (var call in group.GetProperty("calls").EnumerateArray())
            {
                var contract = Contracts[call.GetProperty("contract").GetString()!];
                if (contract.FindFunction(call.GetProperty("function").GetString()!) is { } function)
                {
                    var raw = call.TryGetProperty("reverts", out var reverts) && reverts.GetBoolean() ? null : call.GetProperty("raw").GetString();
                    answers[Key(group, contract, function, [.. call.GetProperty("args").EnumerateArray()])] = raw;
                }
            }
        }

        return answers;
    }

    private static void Snapshot(Dictionary<(long Block, string To, string Data), string?> answers, JsonElement snapshot)
    {
        foreach (var getter in snapshot.EnumerateObject().Where(p => !NotGetters.Contains(p.Name)))
        {
            Put(getter.Name, [], getter.Value);
        }

        foreach (var type in snapshot.GetProperty("getSchainType").EnumerateObject())
        {
            Put("getSchainType", [JsonSerializer.SerializeToElement(long.Parse(type.Name, null))], type.Value);
        }

        foreach (var (range, index) in snapshot.GetProperty("getIPRangeByIndex").EnumerateArray().Select((r, i) => (r, i)))
        {
            Put("getIPRangeByIndex", [JsonSerializer.SerializeToElement(index)], range);
        }

        foreach (var node in snapshot.GetProperty("nodes").EnumerateArray())
        {
            foreach (var getter in node.EnumerateObject().Where(p => p.Name != "index"))
            {
                Put(getter.Name, [node.GetProperty("index")], getter.Value);
            }
        }

        foreach (var chain in snapshot.GetProperty("chains").EnumerateArray())
        {
            foreach (var getter in chain.EnumerateObject().Where(p => p.Name is not ("schainHash" or "placeOfSchainOnNode")))
            {
                Put(getter.Name, [chain.GetProperty("schainHash")], getter.Value);
            }

            foreach (var (member, place) in chain.GetProperty("getNodesInGroup").EnumerateArray().Zip(chain.GetProperty("placeOfSchainOnNode").EnumerateArray()))
            {
                Put("placeOfSchainOnNode", [chain.GetProperty("schainHash"), member], place);
            }
        }

        void Put(string name, JsonElement[] arguments, JsonElement result)
        {
            if (Contracts.Values.FirstOrDefault(c => c.FindFunction(name) is not null) is { } contract && contract.Function(name) is var function && function.Inputs.Length == arguments.Length)
            {
                answers[Key(snapshot, contract, function, arguments)] = result.ValueKind == JsonValueKind.Null ? null : Encode(function, result);
            }
        }
    }

    private static (long Block, string To, string Data) Key(JsonElement at, ContractAbi contract, AbiFunction function, JsonElement[] arguments) => (
        at.GetProperty("block").GetInt64(), contract.Address!, Hex.Encode(function.Encode([.. arguments.Zip(function.Inputs).Select(p => Value(p.Second.Type, p.First))])));

    /// <summary>Results are encoded as arguments are.</summary>
    private static string Encode(AbiFunction function, JsonElement result)
    {
        JsonElement[] results = function.Outputs.Length == 1 ? [result] : [.. result.EnumerateArray()];
        return Hex.Encode(new AbiFunction("results", function.Outputs, []).Encode([.. results.Zip(function.Outputs).Select(p => Value(p.Second.Type, p.First))]).AsSpan(4));
    }

    private static AbiValue Value(AbiType type, JsonElement json) => type.Kind switch
    {
        AbiKind.UInt or AbiKind.Int => json.ValueKind == JsonValueKind.String ? BigInteger.Parse(json.GetString()!, null) : json.GetInt64(),
        AbiKind.Bool => json.GetBoolean(),
        AbiKind.Address => json.GetString()!.ToLowerInvariant(),
        AbiKind.Array or AbiKind.FixedArray => AbiValue.List([.. json.EnumerateArray().Select(item => Value(type.Element!, item))]),
        AbiKind.Tuple => AbiValue.List([.. json.EnumerateArray().Zip(type.Components).Select(p => Value(p.Second.Type, p.First))]),
        _ => json.GetString()!,
    };
}
