using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Skale.Servers;

namespace Skale.Bench.L1;

/// <summary>An Ethereum endpoint that makes up a chain of any length, a log in every <see cref="BlocksPerLog"/> blocks; a process of its own, so that what asks it is measured alone.</summary>
internal sealed class SynthNode : IAsyncDisposable
{
    /// <summary>The argument that makes this program the endpoint.</summary>
    public const string Only = "l1-node";

    public const long BlocksPerLog = 20_000;
    public const string Address = "0x00000000000000000000000000000000000000aa";
    private static readonly string NoBits = $"0x{new string('0', 512)}";
    private static readonly string AllBits = $"0x{new string('f', 512)}";
    private readonly ServerProcess process;

    private SynthNode(ServerProcess process, Uri http) => (this.process, Http) = (process, http);

    public Uri Http { get; }

    /// <param name="head">Its newest block.</param>
    /// <param name="topic">First topic of its logs, which hold a node's number as second topic and a flag as data.</param>
    public static async Task<SynthNode> Start(long head, string topic)
    {
        var http = new Uri($"http://127.0.0.1:{Repository.FreePort()}");
        var process = ServerProcess.Start(Environment.ProcessPath!, [Only, http.ToString(), head.ToString(CultureInfo.InvariantCulture), topic]);
        using var client = new HttpClient();
        await Wait.Until("the endpoint of made-up blocks", async () => (await client.GetAsync(http)).IsSuccessStatusCode, TimeSpan.FromSeconds(30));
        return new SynthNode(process, http);
    }

    public static async Task<int> Serve(string address, string head, string topic)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        app.Urls.Add(address);
        var last = long.Parse(head, CultureInfo.InvariantCulture);
        app.MapGet("/", () => "ok");
        app.MapPost("/", async (HttpContext context) =>
        {
            using var body = await JsonDocument.ParseAsync(context.Request.Body);
            context.Response.ContentType = "application/json";
            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(Answer(body.RootElement, last, topic)));
        });
        await app.RunAsync();
        return 0;
    }

    public ValueTask DisposeAsync() => process.DisposeAsync();

    private static string Answer(JsonElement body, long head, string topic)
    {
        var text = new StringBuilder();
        if (body.ValueKind == JsonValueKind.Array)
        {
            text.Append('[').AppendJoin(',', body.EnumerateArray().Select(call => One(call, head, topic))).Append(']');
        }
        else
        {
            text.Append(One(body, head, topic));
        }

        return text.ToString();
    }

    private static string One(JsonElement call, long head, string topic)
    {
        var parameters = call.GetProperty("params");
        var result = call.GetProperty("method").GetString() switch
        {
            "eth_chainId" => "\"0x7a69\"",
            "eth_blockNumber" => Quantity(head),
            "eth_getCode" => "\"0x60\"",
            "eth_getBlockByNumber" => Block(parameters[0].GetString()!, head),
            "eth_getLogs" => Logs(parameters[0], topic),
            var method => throw new NotSupportedException($"{method} is not made up."),
        };
        return $$"""{"jsonrpc":"2.0","id":{{call.GetProperty("id").GetInt32()}},"result":{{result}}}""";
    }

    private static string Block(string tag, long head)
    {
        var number = tag.StartsWith("0x", StringComparison.Ordinal) ? Number(tag) : head;
        return number > head ? "null"
            : $$"""{"number":{{Quantity(number)}},"hash":{{Hash(number)}},"parentHash":{{Hash(number - 1)}},"timestamp":{{Quantity(1_700_000_000 + (12 * number))}},"logsBloom":"{{(number % BlocksPerLog == 0 ? AllBits : NoBits)}}"}""";
    }

    private static string Logs(JsonElement filter, string topic)
    {
        var (from, to) = filter.TryGetProperty("blockHash", out var hash)
            ? (NumberIn(hash.GetString()!), NumberIn(hash.GetString()!))
            : (Number(filter.GetProperty("fromBlock").GetString()!), Number(filter.GetProperty("toBlock").GetString()!));
        var text = new StringBuilder("[");
        for (var number = (from + BlocksPerLog - 1) / BlocksPerLog * BlocksPerLog; number <= to; number += BlocksPerLog)
        {
            text.Append(text.Length > 1 ? "," : "").Append(Log(number, topic));
        }

        return text.Append(']').ToString();
    }

    private static string Log(long number, string topic) => $$"""
        {"address":"{{Address}}","topics":["{{topic}}","0x{{7:x64}}"],"data":"0x{{number / BlocksPerLog % 2:x64}}","blockNumber":{{Quantity(number)}},"blockHash":{{Hash(number)}},
        "transactionHash":"0x{{number:x64}}","transactionIndex":"0x0","logIndex":"0x0","removed":false}
        """;

    /// <summary>A block's hash holds the number behind its own, so that block 0 has a parent.</summary>
    private static string Hash(long number) => $"\"0x{number + 1:x64}\"";

    private static long NumberIn(string hash) => Number($"0x{hash.AsSpan(50)}") - 1;

    private static string Quantity(long number) => $"\"0x{number:x}\"";

    private static long Number(string hex) => long.Parse(hex.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
