using System.Text.Json;

namespace Skale.Ethereum;

/// <summary>What a follower needs of a block's header. Hashes are lower-case 0x-hex.</summary>
/// <param name="LogsBloom">Tells which addresses and topics its logs may contain; anything, when the endpoint leaves it out.</param>
public sealed record Block(long Number, string Hash, string ParentHash, DateTimeOffset Time, Bloom LogsBloom)
{
    /// <exception cref="FormatException">A field is missing or malformed; names it. A block that is still pending has no hash.</exception>
    internal static Block Read(JsonElement json)
    {
        Span<byte> hash = stackalloc byte[32];
        Hex.Decode(Text(json, "hash"), hash);
        Span<byte> parent = stackalloc byte[32];
        Hex.Decode(Text(json, "parentHash"), parent);
        return new Block(
            Hex.ToInt64(Text(json, "number")),
            Hex.Encode(hash),
            Hex.Encode(parent),
            DateTimeOffset.FromUnixTimeSeconds(Hex.ToInt64(Text(json, "timestamp"))),
            json.TryGetProperty("logsBloom", out var bloom) && bloom.ValueKind == JsonValueKind.String ? new Bloom(Hex.Decode(bloom.GetString())) : Bloom.Anything);
    }

    private static string Text(JsonElement json, string field) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw new FormatException($"A block header lacks '{field}'.");
}
