using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Skale.ChainWatcher.Tests;

/// <summary>An Ethereum endpoint that answers from the recording, and can be told to misbehave.</summary>
internal sealed class ReplayNode : IAsyncDisposable
{
    private static readonly string AllBits = $"0x{new string('f', 512)}";
    private static readonly string NoBits = $"0x{new string('0', 512)}";
    private static readonly Lazy<HashSet<long>> BlocksWithLogs = new(() => [.. Recording.Logs.Select(l => Number(l.GetProperty("blockNumber").GetString()!))]);
    private readonly WebApplication app;

    private ReplayNode(WebApplication app) => this.app = app;

    public Uri Http => new(app.Urls.First());

    /// <summary>The last block it has.</summary>
    public long Head { get; set; } = Recording.Blocks.Count - 1;

    public long ChainId { get; set; } = 31337;

    /// <summary>It hangs up on everybody.</summary>
    public bool IsDead { get; set; }

    /// <summary>It answers nobody but wants everybody to come back after this time; null to answer.</summary>
    public TimeSpan? RetryAfter { get; set; }

    /// <summary>Windows with more logs are refused.</summary>
    public int MostLogs { get; set; } = int.MaxValue;

    /// <summary>How many of the next log queries are answered with an empty list, whatever there is.</summary>
    public int EmptyAnswers { get; set; }

    /// <summary>It answers one call a request, and knows blocks by number only, as many endpoints do: no batches, no EIP-1898, no bloom filters, no code.</summary>
    public bool IsPlain { get; set; }

    /// <summary>What view calls return instead of what was recorded; null data to fail as an endpoint without that state.</summary>
    public Func<long, string, string, string?, string?> Change { get; set; } = (_, _, _, answer) => answer;

    /// <summary>What it says of a log instead of what was recorded; null to keep it back.</summary>
    public Func<JsonObject, JsonObject?> ChangeLog { get; set; } = log => log;

    /// <summary>The block whose recorded views answer for a block: not all have theirs.</summary>
    public Func<long, long> ViewsOf { get; set; } = block => block;

    /// <summary>Called before each request is answered.</summary>
    public Action OnRequest { get; set; } = () => { };

    /// <summary>How many log queries were refused.</summary>
    public int Refusals { get; private set; }

    public static async Task<ReplayNode> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var node = new ReplayNode(app);
        app.MapPost("/", (HttpContext context, JsonElement body) =>
        {
            node.OnRequest();
            return node.Take(context, body);
        });
        await app.StartAsync();
        return node;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private IResult Take(HttpContext context, JsonElement body)
    {
        if (IsDead)
        {
            context.Abort();
        }

        if (RetryAfter is { } wait)
        {
            context.Response.Headers.RetryAfter = wait.TotalSeconds.ToString(CultureInfo.InvariantCulture);
            return Results.StatusCode(StatusCodes.Status429TooManyRequests);
        }

        return Results.Json(Answer(body));
    }

    private JsonNode Answer(JsonElement body) => IsPlain && body.ValueKind == JsonValueKind.Array
        ? new JsonObject { ["jsonrpc"] = "2.0", ["id"] = null, ["error"] = Error(-32600, "batches are not supported") }
        : body.ValueKind == JsonValueKind.Array ? new JsonArray([.. body.EnumerateArray().Select(One)]) : One(body);

    private JsonObject One(JsonElement call)
    {
        var answer = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = call.GetProperty("id").GetInt32() };
        var parameters = call.GetProperty("params");
        try
        {
            answer["result"] = call.GetProperty("method").GetString() switch
            {
                "eth_chainId" => Hex(ChainId),
                "eth_blockNumber" => Hex(Head),
                "eth_getCode" when !IsPlain => "0x60",
                "eth_call" => Call(parameters[0], parameters[1]),
                "eth_getBlockByNumber" => Block(parameters[0].GetString()!),
                "eth_getLogs" => Logs(parameters[0]),
                var method => throw new NotSupportedException($"{method} is not replayed"),
            };
        }
        catch (NotSupportedException e)
        {
            answer["error"] = Error(-32000, e.Message);
        }
        catch (ExecutionRevertedException e)
        {
            answer["error"] = Error(3, e.Message);
        }

        return answer;
    }

    private static JsonObject Error(int code, string message) => new() { ["code"] = code, ["message"] = message };

    private string Call(JsonElement call, JsonElement tag)
    {
        if (IsPlain && tag.ValueKind != JsonValueKind.String)
        {
            throw new NotSupportedException("expected a block number");
        }

        var block = tag.ValueKind == JsonValueKind.String ? Number(tag.GetString()!) : Recording.Blocks.Single(b => b[1].GetString() == tag.GetProperty("blockHash").GetString())[0].GetInt64();
        var (to, data) = (call.GetProperty("to").GetString()!, call.GetProperty("data").GetString()!);
        var isRecorded = RecordedViews.TryFind(ViewsOf(block), to, data, out var recorded);
        return Change(block, to, data, recorded) ?? throw (isRecorded && recorded is null ? new ExecutionRevertedException() : new NotSupportedException($"missing trie node of block {block}"));
    }

    private JsonObject? Block(string tag)
    {
        var number = tag.StartsWith("0x", StringComparison.Ordinal) ? Number(tag) : Head;
        if (number > Head)
        {
            return null;
        }

        var block = Recording.Blocks[(int)number];
        var header = new JsonObject
        {
            ["number"] = Hex(number),
            ["hash"] = block[1].GetString(),
            ["parentHash"] = block[2].GetString(),
            ["timestamp"] = Hex(block[3].GetInt64()),
        };
        if (!IsPlain)
        {
            header["logsBloom"] = BlocksWithLogs.Value.Contains(number) ? AllBits : NoBits;
        }

        return header;
    }

    private JsonArray Logs(JsonElement filter)
    {
        if (EmptyAnswers > 0)
        {
            EmptyAnswers--;
            return [];
        }

        var found = filter.TryGetProperty("blockHash", out var hash)
            ? Recording.Logs.Where(l => l.GetProperty("blockHash").GetString() == hash.GetString()).ToArray()
            : [.. Recording.Logs.Where(l => Number(l.GetProperty("blockNumber").GetString()!) is var block
                && block >= Number(filter.GetProperty("fromBlock").GetString()!) && block <= Math.Min(Head, Number(filter.GetProperty("toBlock").GetString()!)))];
        if (found.Length > MostLogs)
        {
            Refusals++;
            throw new NotSupportedException($"query returned more than {MostLogs} results");
        }

        return new JsonArray([.. found.Select(l => (JsonNode?)ChangeLog(JsonObject.Create(l)!)).Where(l => l is not null)]);
    }

    private static long Number(string hex) => long.Parse(hex.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static string Hex(long number) => $"0x{number:x}";

    private sealed class ExecutionRevertedException() : Exception("execution reverted");
}
