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

    private const int ParseError = -32700;
    private const int InvalidRequest = -32600;

    /// <summary>The results in the order of the calls, whatever order the node answered in.</summary>
    /// <param name="keepErrors">Errors of single calls stand among the results, as <see cref="RpcException"/>, instead of failing all.</param>
    /// <exception cref="RpcException">An error instead of a result.</exception>
    /// <exception cref="BatchRefusedException">The endpoint does not take so many calls in one request.</exception>
    /// <exception cref="FormatException">Not an answer to these calls.</exception>
    public static object?[] Read(ReadOnlySpan<byte> answer, IReadOnlyList<RpcCall> calls, bool keepErrors = false)
    {
        var json = new Utf8JsonReader(answer);
        json.Read();
        var results = new object?[calls.Count];
        if (json.TokenType == JsonTokenType.StartObject)
        {
            return calls.Count == 1 ? ReadSingle(ref json, calls, results, keepErrors) : throw Refused(ref json, calls);
        }

        if (json.TokenType != JsonTokenType.StartArray)
        {
            throw new FormatException($"found {json.TokenType}");
        }

        var answered = new bool[calls.Count];
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            answered[ReadOne(ref json, calls, results, keepErrors)] = true;
        }

        return Array.IndexOf(answered, false) is >= 0 and var missing ? throw new FormatException($"call {missing} of {calls.Count} ({calls[missing].Method}) has no answer") : results;
    }

    private static object?[] ReadSingle(ref Utf8JsonReader json, IReadOnlyList<RpcCall> calls, object?[] results, bool keepErrors)
    {
        ReadOne(ref json, calls, results, keepErrors);
        return results;
    }

    /// <summary>One answer to many calls: a complaint about the batch, or an error that holds for all of it.</summary>
    private static Exception Refused(ref Utf8JsonReader json, IReadOnlyList<RpcCall> calls)
    {
        try
        {
            ReadOne(ref json, calls, new object?[calls.Count], keepErrors: false);
        }
        catch (RpcException e) when (e.Code is not (ParseError or InvalidRequest) && !e.Reason.Contains("batch", StringComparison.OrdinalIgnoreCase))
        {
            return e;
        }
        catch (Exception e) when (e is RpcException or FormatException)
        {
            return new BatchRefusedException($"the endpoint does not take {calls.Count} calls in one request: {e.Message}", e);
        }

        return new BatchRefusedException($"one answer to {calls.Count} calls: the endpoint does not support batches", null);
    }

    private static int ReadOne(ref Utf8JsonReader json, IReadOnlyList<RpcCall> calls, object?[] results, bool keepErrors)
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
            var refusal = Refusal(known ? calls[id].Method : calls[0].Method, refused);
            if (!keepErrors || (!known && calls.Count > 1))
            {
                throw refusal;
            }

            id = known ? id : 0;
            results[id] = refusal;
            return id;
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

/// <summary>The endpoint answers calls, but not so many in one request.</summary>
internal sealed class BatchRefusedException(string message, Exception? inner) : Exception(message, inner);
