using System.Text.Json;

namespace Skale.Ethereum;

/// <summary>JSON-RPC 2.0 requests and answers. Results are read straight from the answer's bytes.</summary>
internal static class RpcMessage
{
    public static byte[] Write(IReadOnlyList<RpcCall> calls, bool asBatch)
    {
        var requests = calls.Select((call, id) => new { jsonrpc = "2.0", id, method = call.Method, @params = call.Parameters });
        return asBatch ? JsonSerializer.SerializeToUtf8Bytes(requests) : JsonSerializer.SerializeToUtf8Bytes(requests.Single());
    }

    /// <summary>The results in the order of the calls, whatever order the node answered in.</summary>
    /// <exception cref="RpcException">An error instead of a result.</exception>
    /// <exception cref="FormatException">Not an answer to these calls.</exception>
    public static object?[] Read(ReadOnlySpan<byte> answer, IReadOnlyList<RpcCall> calls)
    {
        var json = new Utf8JsonReader(answer);
        json.Read();
        var results = new object?[calls.Count];
        if (json.TokenType == JsonTokenType.StartObject)
        {
            ReadOne(ref json, calls, results);
            return calls.Count == 1 ? results : throw new FormatException($"one answer to {calls.Count} calls: the endpoint does not support batches");
        }

        if (json.TokenType != JsonTokenType.StartArray)
        {
            throw new FormatException($"found {json.TokenType}");
        }

        var answered = new bool[calls.Count];
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            answered[ReadOne(ref json, calls, results)] = true;
        }

        return Array.IndexOf(answered, false) is >= 0 and var missing ? throw new FormatException($"call {missing} of {calls.Count} ({calls[missing].Method}) has no answer") : results;
    }

    private static int ReadOne(ref Utf8JsonReader json, IReadOnlyList<RpcCall> calls, object?[] results)
    {
        var (id, hasResult) = (-1, false);
        var result = default(Utf8JsonReader);
        JsonElement? error = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("result"u8))
            {
                json.Read();
                result = json;
                hasResult = true;
                json.Skip();
            }
            else if (json.ValueTextEquals("error"u8))
            {
                json.Read();
                error = JsonElement.ParseValue(ref json);
            }
            else if (json.ValueTextEquals("id"u8))
            {
                json.Read();
                id = json.TokenType == JsonTokenType.Number ? json.GetInt32() : -1;
            }
            else
            {
                json.Read();
                json.Skip();
            }
        }

        var known = id >= 0 && id < calls.Count;
        if (error is { ValueKind: JsonValueKind.Object } refused)
        {
            throw Refusal(known ? calls[id].Method : calls[0].Method, refused);
        }

        if (!hasResult || !known)
        {
            throw new FormatException("an answer has neither result nor error, or an id nobody asked with");
        }

        results[id] = calls[id].ReadResult(ref result);
        return id;
    }

    private static RpcException Refusal(string method, JsonElement error)
    {
        var code = error.TryGetProperty("code", out var number) && number.TryGetInt32(out var value) ? value : 0;
        var message = error.TryGetProperty("message", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString()! : "no message";
        var data = error.TryGetProperty("data", out var raw) ? raw : default;
        var revert = data.ValueKind == JsonValueKind.String ? data.GetString() : null;
        return new RpcException(method, code, WithDetails(RevertReason.Complete(message, revert), data), revert, RateLimit.WaitIn(data));
    }

    /// <summary>Some gateways say "invalid params" and leave the node's own words in the data.</summary>
    private static string WithDetails(string message, JsonElement data) =>
        data.ValueKind == JsonValueKind.Object && data.TryGetProperty("payload", out var payload) && payload.ValueKind == JsonValueKind.String
            ? $"{message}: {payload.GetString()}"
            : message;
}
