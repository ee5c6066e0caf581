using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Skale.Ethereum;

namespace Skale.ChainWatcher.Tests.Simulation;

/// <summary>
/// An endpoint below the HTTP client: one request at a time is answered from the chain, or from what a lagging backend would know of it, or broken in one of the ways
/// that endpoints break. Answers come at once or after a while of simulated time.
/// </summary>
internal sealed class SimEndpoint(SimWorld world, SimChain chain, long chainId, Random random) : HttpMessageHandler
{
    private readonly Dictionary<string, int> emptied = [];

    /// <summary>It does not answer at all.</summary>
    public bool IsDown { get; set; }

    /// <summary>It is on a chain that the watcher has no business on.</summary>
    public bool IsStranger { get; init; }

    /// <summary>All of it is so many blocks behind.</summary>
    public int Behind { get; set; }

    /// <summary>Windows of more blocks are refused; 0 for no limit.</summary>
    public int MostBlocks { get; init; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (world.KillsBeforeRequest())
        {
            await world.NeverAgain;
        }

        if (IsDown)
        {
            throw new HttpRequestException("connection refused");
        }

        var lie = world.IsNoisy && random.Next(5) == 0 ? random.Next(11) : -1;
        if (lie == 0 || (world.IsNoisy && random.Next(6) == 0))
        {
            await world.Clock.Wait(TimeSpan.FromMilliseconds(lie == 0 ? 60_000 : random.Next(400)), cancellationToken);
        }

        cancellationToken.ThrowIfCancellationRequested();
        using var body = JsonDocument.Parse(await request.Content!.ReadAsByteArrayAsync(cancellationToken));
        return lie switch
        {
            1 => throw new HttpRequestException("connection reset"),
            2 => Text(HttpStatusCode.BadGateway, "<html>bad gateway</html>"),
            3 => Limited(Text(HttpStatusCode.TooManyRequests, "slow down")),
            4 => Text(HttpStatusCode.OK, """{"jsonrpc":"2.0","id":0,"error":{"code":-32005,"message":"daily request count exceeded, request rate limited","data":{"rate":{"backoff_seconds":2}}}}"""),
            5 => Text(HttpStatusCode.OK, """{"jsonrpc":"2.0","id":0,"error":{"code":-32005,"message":"limit exceeded"}}"""),
            6 => Cut(Answer(body.RootElement, chain.Blocks, lie)),
            7 => Text(HttpStatusCode.OK, Answer(body.RootElement, chain.Blocks[..Math.Max(1, chain.Blocks.Count - random.Next(1, 9))], lie)),
            8 => Text(HttpStatusCode.OK, Answer(body.RootElement, chain.Before.Count > 0 ? chain.Before : chain.Blocks, lie)),
            _ => Text(HttpStatusCode.OK, Answer(body.RootElement, chain.Blocks[..Math.Max(1, chain.Blocks.Count - Behind)], lie)),
        };
    }

    private static HttpResponseMessage Text(HttpStatusCode status, string text) => new(status) { Content = new StringContent(text, Encoding.UTF8, "application/json") };

    private static HttpResponseMessage Limited(HttpResponseMessage answer)
    {
        answer.Headers.Add("Retry-After", "1");
        return answer;
    }

    private HttpResponseMessage Cut(string text) => Text(HttpStatusCode.OK, text[..random.Next(text.Length)]);

    private string Answer(JsonElement request, IReadOnlyList<SimBlock> view, int lie)
    {
        if (request.ValueKind != JsonValueKind.Array)
        {
            return One(request, view, lie);
        }

        var answers = request.EnumerateArray().Select(call => One(call, view, lie)).ToList();
        if (lie == 9)
        {
            answers = [.. answers.Concat(answers.Take(1)).OrderBy(_ => random.Next())];
        }

        return $"[{string.Join(',', answers)}]";
    }

    private string One(JsonElement call, IReadOnlyList<SimBlock> view, int lie)
    {
        var parameters = call.GetProperty("params");
        string? result;
        try
        {
            result = call.GetProperty("method").GetString() switch
            {
                "eth_chainId" => $"\"0x{chainId:x}\"",
                "eth_blockNumber" => $"\"0x{view[^1].Number:x}\"",
                "eth_getCode" => "\"0x60\"",
                "eth_getBlockByNumber" => Block(parameters[0].GetString()!, view)?.Header ?? "null",
                _ => $"[{string.Join(',', Logs(parameters[0], view, lie))}]",
            };
        }
        catch (NotSupportedException e)
        {
            return $$"""{"jsonrpc":"2.0","id":{{call.GetProperty("id").GetInt32()}},"error":{"code":-32000,"message":"{{e.Message}}"} }""";
        }

        return $$"""{"jsonrpc":"2.0","id":{{call.GetProperty("id").GetInt32()}},"result":{{result}} }""";
    }

    private SimBlock? Block(string tag, IReadOnlyList<SimBlock> view)
    {
        var number = tag switch
        {
            "latest" => view[^1].Number,
            "safe" or "finalized" => Math.Min(view == chain.Before ? world.FinalizedBefore : world.Finalized, view[^1].Number),
            _ => Number(tag),
        };
        return number < view.Count ? view[(int)number] : null;
    }

    private IEnumerable<string> Logs(JsonElement filter, IReadOnlyList<SimBlock> view, int lie)
    {
        string[] logs;
        if (filter.TryGetProperty("blockHash", out var hash))
        {
            if (!chain.ByHash.TryGetValue(hash.GetString()!, out var block) || block.Number >= view.Count)
            {
                throw new NotSupportedException("unknown block");
            }

            // An index that lags behind its own headers: for a while the block seems to hold nothing.
            var isEmptied = lie == 10 && emptied.GetValueOrDefault(block.Hash) < 2 && (emptied[block.Hash] = emptied.GetValueOrDefault(block.Hash) + 1) > 0;
            logs = isEmptied ? [] : [.. block.LogTexts];
        }
        else
        {
            var (from, to) = (Number(filter.GetProperty("fromBlock").GetString()!), Number(filter.GetProperty("toBlock").GetString()!));
            if (MostBlocks > 0 && to - from >= MostBlocks)
            {
                throw new NotSupportedException(random.Next(3) switch
                {
                    0 => $"exceed maximum block range: {MostBlocks}",
                    1 => $"Log response size exceeded. this block range should work: [0x{from:x}, 0x{from + MostBlocks - 1:x}]",
                    _ => "query returned more than 10000 results",
                });
            }

            // The newest blocks are not in the index yet.
            var indexed = lie == 10 ? view.Count - random.Next(1, 9) : view.Count;
            logs = [.. Enumerable.Range((int)from, (int)Math.Max(0, Math.Min(to, indexed - 1) - from + 1)).SelectMany(n => view[n].LogTexts)];
        }

        return lie == 9 ? logs.Concat(logs.Take(2)).OrderBy(_ => random.Next()) : logs;
    }

    private static long Number(string hex) => long.Parse(hex.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
