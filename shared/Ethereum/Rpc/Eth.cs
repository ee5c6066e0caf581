using System.Numerics;
using System.Text.Json;

namespace Skale.Ethereum;

/// <summary>The calls of an Ethereum node's JSON-RPC interface that are used here; send them with <see cref="JsonRpcClient"/>, alone or in a batch.</summary>
public static class Eth
{
    public static RpcCall<long> ChainId() => RpcCall.Of<long>("eth_chainId", Int64);

    public static RpcCall<long> BlockNumber() => RpcCall.Of<long>("eth_blockNumber", Int64);

    /// <summary>The header of a block; null when the node does not know it (yet, or any more).</summary>
    public static RpcCall<Block?> Block(BlockTag tag) => RpcCall.Of<Block?>(
        tag.IsHash ? "eth_getBlockByHash" : "eth_getBlockByNumber",
        json => json.ValueKind == JsonValueKind.Null ? null : Ethereum.Block.Read(json),
        tag.ToString(),
        false);

    public static RpcCall<IReadOnlyList<Log>> Logs(LogFilter filter) => new("eth_getLogs", [filter.Query], LogReader.ReadAll);

    /// <summary>What a contract would answer at that block, undecoded.</summary>
    public static RpcCall<byte[]> Call(string to, byte[] data, BlockTag at, string? from = null) =>
        RpcCall.Of<byte[]>("eth_call", json => Hex.Decode(json.GetString()), Transaction(from, to, data, null), at.Parameter);

    /// <summary>Calls a function and reads its results.</summary>
    public static RpcCall<AbiFields> Call(string to, AbiFunction function, AbiValue[] arguments, BlockTag at) => RpcCall.Of<AbiFields>(
        "eth_call",
        json => function.DecodeResult(Hex.Decode(json.GetString())),
        Transaction(null, to, function.Encode(arguments), null),
        at.Parameter);

    /// <summary>The code at an address; empty when there is no contract.</summary>
    public static RpcCall<byte[]> Code(string address, BlockTag at) => RpcCall.Of<byte[]>("eth_getCode", json => Hex.Decode(json.GetString()), address, at.Parameter);

    /// <summary>An account's balance in wei.</summary>
    public static RpcCall<BigInteger> Balance(string address, BlockTag at) =>
        RpcCall.Of<BigInteger>("eth_getBalance", json => Hex.ToBigInteger(json.GetString()), address, at.Parameter);

    /// <summary>Accounts the node signs for: a development node's unlocked ones; empty on a public node.</summary>
    public static RpcCall<string[]> Accounts() =>
        RpcCall.Of<string[]>("eth_accounts", json => [.. json.EnumerateArray().Select(a => Address.Normalise(a.GetString()!))]);

    /// <summary>Sends from an account the node signs for; the result is the transaction's hash. Development only.</summary>
    /// <param name="to">Null deploys <paramref name="data"/> as a contract.</param>
    /// <param name="value">Wei to send along.</param>
    public static RpcCall<string> SendTransaction(string from, string? to, byte[] data, BigInteger? value = null) =>
        RpcCall.Of<string>("eth_sendTransaction", json => json.GetString()!, Transaction(from, to, data, value));

    /// <summary>The outcome of a transaction; null while it is not mined.</summary>
    public static RpcCall<Receipt?> Receipt(string transactionHash) => new("eth_getTransactionReceipt", [transactionHash], Ethereum.Receipt.Read);

    private static long Int64(JsonElement json) => Hex.ToInt64(json.GetString());

    private static Dictionary<string, object> Transaction(string? from, string? to, byte[] data, BigInteger? value)
    {
        var transaction = new Dictionary<string, object> { ["data"] = Hex.Encode(data) };
        foreach (var (name, text) in new[] { ("from", from), ("to", to), ("value", value is { } wei ? Hex.Quantity(wei) : null) })
        {
            if (text is not null)
            {
                transaction[name] = text;
            }
        }

        return transaction;
    }
}
