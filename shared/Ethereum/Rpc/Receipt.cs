using System.Text.Json;

namespace Skale.Ethereum;

/// <summary>The outcome of a mined transaction.</summary>
/// <param name="Succeeded">False when it was mined but reverted.</param>
/// <param name="ContractAddress">Where a deployment put the contract; otherwise null.</param>
public sealed record Receipt(string TransactionHash, long BlockNumber, string BlockHash, bool Succeeded, string? ContractAddress, IReadOnlyList<Log> Logs)
{
    internal static Receipt? Read(ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        var receipt = JsonElement.ParseValue(ref json);
        var logs = new Utf8JsonReader(System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(receipt.GetProperty("logs")));
        logs.Read();
        return new Receipt(
            receipt.GetProperty("transactionHash").GetString()!,
            Hex.ToInt64(receipt.GetProperty("blockNumber").GetString()),
            receipt.GetProperty("blockHash").GetString()!,
            receipt.GetProperty("status").GetString() == "0x1",
            receipt.TryGetProperty("contractAddress", out var address) ? address.GetString() : null,
            LogReader.ReadAll(ref logs));
    }
}
