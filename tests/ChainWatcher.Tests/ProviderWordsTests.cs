using System.Net;
using System.Text;
using System.Text.Json;
using Skale.ChainWatcher.Domain;
using Skale.Ethereum;

namespace Skale.ChainWatcher.Tests;

/// <summary>How providers refuse a query for blocks 100 to 1,099, in their own words, and what is made of it.</summary>
public sealed class ProviderWordsTests
{
    private const long From = 100;
    private const long To = 1099;

    [Theory]
    [InlineData("Infura", -32005, "query returned more than 10000 results. Try with this block range [0x64, 0x95].", 50L, null)]
    [InlineData("Infura", -32005, "query returned more than 10000 results", null, null)]
    [InlineData("Infura", -32602, "range 1000 exceeds limit of 500", null, 500L)]
    [InlineData("Infura", -32005, "query timeout exceeded", null, null)]
    [InlineData("Alchemy", -32600, "Under the Free tier plan, you can make eth_getLogs requests with up to a 10 block range. Based on your parameters, this block range should work: [0x64, 0x6d]. Upgrade to PAYG for expanded block range.", 10L, 10L)]
    [InlineData("Alchemy", -32602, "Log response size exceeded. You can make eth_getLogs requests with up to a 2K block range and no limit on the response size, or you can request any block range with a cap of 10K logs in the response. Based on your parameters and the response size limit, this block range should work: [0x64, 0x257]", 500L, null)]
    [InlineData("Alchemy", -32000, "Query timeout exceeded. Consider reducing your block range. Based on your parameters and the response size limit, this block range should work: [0x64, 0x6e]", 11L, null)]
    [InlineData("QuickNode", -32614, "eth_getLogs is limited to a 10,000 range", null, null)]
    [InlineData("QuickNode", -32614, "eth_getLogs is limited to a 5 range", null, 5L)]
    [InlineData("Ankr", -32600, "block range is too wide", null, null)]
    [InlineData("Cloudflare", -32047, "Invalid eth_getLogs request. 'fromBlock'-'toBlock' range too large. Max range: 800", null, 800L)]
    [InlineData("PublicNode", -32701, "exceed maximum block range: 500", null, 500L)]
    [InlineData("dRPC", 35, "ranges over 10000 blocks are not supported on free plan", null, null)]
    [InlineData("Besu", -32005, "Requested range exceeds maximum RPC range limit", null, null)]
    [InlineData("Erigon and others", -32000, "query returned more than 20000 results", null, null)]
    [InlineData("Nethermind and others", -32016, "Too many logs requested. Max logs per response is 20000.", null, null)]
    [InlineData("Scroll's geth", -32000, "block range is bigger than maxBlockRange", null, null)]
    [InlineData("Morph's geth", -32000, "block range is larger than max block range, block range = 1000, max block range = 50", null, 50L)]
    [InlineData("Moonbeam", -32603, "block range is too wide (maximum 512)", null, 512L)]
    [InlineData("ours", -32000, "requested too many blocks from 100 to 1099, maximum is set to 64", null, 64L)]
    public async Task a_window_that_is_too_large_is_told_with_what_would_be_borne(string provider, int code, string words, long? suggested, long? most)
    {
        var e = await Refusal(HttpStatusCode.OK, code, words);

        Assert.False(e is RateLimitException, provider);
        Assert.Equal(new WindowRefusal(suggested, most), QueryLimit.Of(e, From, To));
    }

    [Theory]
    [InlineData("Infura", 429, -32005, "daily request count exceeded, request rate limited")]
    [InlineData("Infura", 200, -32005, "project ID request rate exceeded")]
    [InlineData("Alchemy", 429, 429, "Your app has exceeded its compute units per second capacity. If you have retries enabled, you can safely ignore this message. If not, check out https://docs.alchemy.com/reference/throughput")]
    [InlineData("Alchemy", 200, -32016, "over rate limit")]
    [InlineData("QuickNode", 200, -32007, "50/second request limit reached - reduce calls per second or upgrade your account at quicknode.com")]
    [InlineData("QuickNode", 200, -32012, "credits limited to 6000/sec")]
    [InlineData("Ankr", 200, -32090, "Too many requests, reason: call rate limit exhausted, retry in 10s")]
    [InlineData("Chainstack", 200, -32005, "You've exceeded the RPS limit available on the current plan.")]
    [InlineData("dRPC", 200, 15, "Too many request, try again later")]
    [InlineData("BlastAPI", 200, -32029, "limit exceeded")]
    [InlineData("Tenderly", 429, -32005, "rate limit exceeded")]
    public async Task too_many_requests_never_shrink_a_window(string provider, int status, int code, string words)
    {
        var e = await Refusal((HttpStatusCode)status, code, words);

        Assert.True(e is RateLimitException { IsAmbiguous: false }, provider);
        Assert.Null(QueryLimit.Of(e, From, To));
    }

    [Theory]
    [InlineData(-32000, "header not found")]
    [InlineData(-32601, "the method eth_getLogs does not exist/is not available")]
    [InlineData(-32000, "missing trie node")]
    [InlineData(-32001, "Unauthorized: invalid api key")]
    public async Task other_errors_are_neither(int code, string words)
    {
        var e = await Refusal(HttpStatusCode.OK, code, words);

        Assert.IsType<RpcException>(e);
        Assert.Null(QueryLimit.Of(e, From, To));
    }

    [Fact]
    public async Task a_limit_of_which_nothing_is_said_is_a_rate_first_and_a_size_when_waiting_did_not_help()
    {
        var e = await Refusal(HttpStatusCode.OK, -32005, "limit exceeded");

        Assert.True(Assert.IsType<RateLimitException>(e).IsAmbiguous);
        Assert.NotNull(QueryLimit.Of(e, From, To));
    }

    [Fact]
    public async Task what_a_gateway_hides_in_the_data_is_read() => Assert.Equal(
        new WindowRefusal(null, 200),
        QueryLimit.Of(await Refusal(HttpStatusCode.OK, -32602, "invalid params", """{"error_id":"4ed9","payload":"range 1000 is bigger than range limit 200"}"""), From, To));

    [Theory]
    [InlineData(null, """{"rate":{"allowed_rps":1,"backoff_seconds":30,"current_rps":1.3}}""", "request rate limited", 30)]
    [InlineData("7", null, "request rate limited", 7)]
    [InlineData(null, null, "Too many requests, reason: call rate limit exhausted, retry in 10m5s", 605)]
    public async Task the_wait_that_is_asked_for_is_read(string? header, string? data, string words, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Assert.IsType<RateLimitException>(await Refusal(HttpStatusCode.TooManyRequests, -32005, words, data, header)).RetryAfter);

    private static async Task<Exception> Refusal(HttpStatusCode status, int code, string words, string? data = null, string? retryAfter = null)
    {
        var error = $$"""{"code":{{code}},"message":{{JsonSerializer.Serialize(words)}}{{(data is null ? "" : $",\"data\":{data}")}} }""";
        var body = $$"""{"jsonrpc":"2.0","id":0,"error":{{error}} }""";
        using var rpc = new JsonRpcClient(new Uri("http://provider.example/key"), transport: new OneAnswer(status, body, retryAfter));
        var e = await Record.ExceptionAsync(() => rpc.Send(Eth.Logs(LogFilter.Blocks(From, To, []))));
        Assert.DoesNotContain("example/key", e!.Message, StringComparison.Ordinal);
        return e;
    }

    private sealed class OneAnswer(HttpStatusCode status, string body, string? retryAfter) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var answer = new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
            if (retryAfter is not null)
            {
                answer.Headers.Add("Retry-After", retryAfter);
            }

            return Task.FromResult(answer);
        }
    }
}
