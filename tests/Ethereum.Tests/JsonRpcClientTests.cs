using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Skale.Servers;

namespace Skale.Ethereum.Tests;

public sealed class JsonRpcClientTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(200);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task an_error_of_the_node_carries_code_and_message()
    {
        await using var node = await ScriptedNode.Start(200, """{"jsonrpc":"2.0","id":0,"error":{"code":-32005,"message":"query returned more than 10000 results"}}""");
        using var rpc = new JsonRpcClient(node.Address);

        var error = await Assert.ThrowsAsync<RpcException>(() => rpc.Send(Eth.Logs(LogFilter.Blocks(0, 9, [])), Cancellation));

        Assert.Equal((-32005, "eth_getLogs: query returned more than 10000 results (code -32005)"), (error.Code, error.Message));
    }

    [Fact]
    public async Task an_error_of_the_node_is_understood_whatever_the_http_status()
    {
        await using var node = await ScriptedNode.Start(400, """{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"bad"}}""");
        using var rpc = new JsonRpcClient(node.Address);

        Assert.Equal(-32600, (await Assert.ThrowsAsync<RpcException>(() => rpc.Send(Eth.ChainId(), Cancellation))).Code);
    }

    [Fact]
    public async Task a_revert_reason_that_is_only_in_the_data_is_put_into_the_message()
    {
        var data = Hex.Encode(new AbiFunction("Error", [new AbiParameter("reason", AbiType.Parse("string"))], []).Encode("Not enough nodes"));
        await using var node = await ScriptedNode.Start(200, $$$"""{"jsonrpc":"2.0","id":0,"error":{"code":3,"message":"execution reverted","data":"{{{data}}}"}}""");
        using var rpc = new JsonRpcClient(node.Address);

        Assert.Equal("execution reverted: Not enough nodes", (await Assert.ThrowsAsync<RpcException>(() => rpc.Send(Eth.ChainId(), Cancellation))).Reason);
    }

    [Theory]
    [InlineData(429, "slow down", "HTTP status 429 (TooManyRequests)")]
    [InlineData(502, "<html>", "HTTP status 502 (BadGateway)")]
    [InlineData(200, "<html>", "the answer to eth_chainId is not what JSON-RPC demands")]
    [InlineData(200, "", "is not what JSON-RPC demands")]
    [InlineData(200, """{"jsonrpc":"2.0","id":0}""", "neither result nor error")]
    [InlineData(200, """{"jsonrpc":"2.0","id":7,"result":"0x1"}""", "an id nobody asked with")]
    [InlineData(200, """{"jsonrpc":"2.0","id":0,"result":"one"}""", "'one' is not a 0x-hex quantity")]
    [InlineData(200, """{"jsonrpc":"2.0","id":0,"result":{}}""", "is not what JSON-RPC demands")]
    public async Task no_usable_answer_is_a_transport_error_that_keeps_the_access_key_secret(int status, string body, string reason)
    {
        await using var node = await ScriptedNode.Start(status, body);
        using var rpc = new JsonRpcClient(node.Address);

        var error = await Assert.ThrowsAnyAsync<RpcTransportException>(() => rpc.Send(Eth.ChainId(), Cancellation));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode)status, error.Status);
        Assert.DoesNotContain("secret-key", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""[{"address":"0x01"}]""", "is not 20 bytes")]
    [InlineData("""[{"topics":[]}]""", "A log lacks one of")]
    [InlineData("""[5]""", "Expected a log at byte")]
    [InlineData("""[{"data":"0x0"}]""", "is not what JSON-RPC demands")]
    [InlineData("""[{"blockNumber":null}]""", "Expected a quantity")]
    [InlineData("null", "Expected a list of logs")]
    public async Task malformed_logs_are_a_transport_error(string logs, string reason)
    {
        await using var node = await ScriptedNode.Start(200, $$$"""{"jsonrpc":"2.0","id":0,"result":{{{logs}}}}""");
        using var rpc = new JsonRpcClient(node.Address);

        Assert.Contains(reason, (await Assert.ThrowsAsync<RpcTransportException>(() => rpc.Send(Eth.Logs(LogFilter.Blocks(0, 9, [])), Cancellation))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_header_without_a_hash_is_a_transport_error()
    {
        await using var node = await ScriptedNode.Start(200, """{"jsonrpc":"2.0","id":0,"result":{"number":"0x1","hash":null}}""");
        using var rpc = new JsonRpcClient(node.Address);

        Assert.Contains("A block header lacks 'hash'", (await Assert.ThrowsAsync<RpcTransportException>(() => rpc.Send(Eth.Block(BlockTag.Latest), Cancellation))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task an_endpoint_that_is_down_or_silent_is_a_transport_error()
    {
        using var down = new JsonRpcClient(new Uri($"http://127.0.0.1:{Repository.FreePort()}"));
        Assert.Contains("no answer", (await Assert.ThrowsAsync<RpcTransportException>(() => down.Send(Eth.ChainId(), Cancellation))).Message, StringComparison.Ordinal);

        await using var silent = await ScriptedNode.StartSilent();
        using var waiting = new JsonRpcClient(silent.Address, Short);
        Assert.Contains("no answer within 0.2 s", (await Assert.ThrowsAsync<RpcTransportException>(() => waiting.Send(Eth.ChainId(), Cancellation))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task giving_up_is_not_an_error_of_the_endpoint()
    {
        await using var silent = await ScriptedNode.StartSilent();
        using var rpc = new JsonRpcClient(silent.Address);
        using var limit = new CancellationTokenSource(Short);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rpc.Send(Eth.ChainId(), limit.Token));
    }

    [Fact]
    public async Task answers_of_a_batch_come_in_the_order_of_the_calls()
    {
        await using var node = await ScriptedNode.Start(200, """[{"id":1,"result":"0x2"},{"result":"0x1","id":0}]""");
        using var rpc = new JsonRpcClient(node.Address);

        Assert.Equal((1L, 2L), await rpc.Send(Eth.ChainId(), Eth.BlockNumber(), Cancellation));
    }

    [Fact]
    public async Task an_incomplete_batch_is_a_transport_error()
    {
        await using var node = await ScriptedNode.Start(200, """[{"id":1,"result":"0x2"}]""");
        using var rpc = new JsonRpcClient(node.Address);

        var error = await Assert.ThrowsAsync<RpcTransportException>(() => rpc.Send(Eth.ChainId(), Eth.BlockNumber(), Cancellation));
        Assert.Contains("call 0 of 2 (eth_chainId) has no answer", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 200, """{"id":null,"error":{"code":-32600,"message":"invalid request"}}""")]
    [InlineData(0, 400, "no batches here")]
    [InlineData(3, 413, "")]
    [InlineData(3, 200, """{"id":null,"error":{"code":-32000,"message":"batch too large"}}""")]
    public async Task an_endpoint_that_takes_fewer_calls_at_once_is_asked_in_smaller_batches(int most, int status, string refusal)
    {
        await using var node = await ScriptedNode.Start(async context =>
        {
            using var request = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
            var calls = request.RootElement.ValueKind == JsonValueKind.Array ? request.RootElement.EnumerateArray().ToArray() : [request.RootElement];
            var refused = request.RootElement.ValueKind == JsonValueKind.Array && calls.Length > most;
            context.Response.StatusCode = refused ? status : 200;
            string[] answers = [.. calls.Select(c => $$"""{"id":{{c.GetProperty("id").GetInt32()}},"result":"{{c.GetProperty("params")[0].GetString()}}"}""")];
            await context.Response.WriteAsync(refused ? refusal : request.RootElement.ValueKind == JsonValueKind.Array ? $"[{string.Join(',', answers)}]" : answers[0]);
        });
        using var rpc = new JsonRpcClient(node.Address);
        string[] asked = [.. Enumerable.Range(0, 20).Select(n => $"0x{n:x40}")];

        Assert.Equal(asked, (await rpc.Send([.. asked.Select(a => Eth.Code(a, BlockTag.Latest))], Cancellation)).Select(code => Hex.Encode(code)));
    }

    [Fact]
    public async Task of_calls_that_are_tried_one_may_fail_alone()
    {
        await using var node = await ScriptedNode.Start(200, """[{"id":0,"error":{"code":3,"message":"execution reverted"}},{"id":1,"result":"0x2"}]""");
        using var rpc = new JsonRpcClient(node.Address);
        var outcomes = await rpc.Try([Eth.ChainId(), Eth.BlockNumber()], Cancellation);

        Assert.Equal((3, 2L, null), (outcomes[0].Error?.Code, outcomes[1].Value, outcomes[1].Error));
    }
}
