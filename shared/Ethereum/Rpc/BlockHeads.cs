using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Skale.Ethereum;

/// <summary>New block headers as the node announces them, over a WebSocket.</summary>
public static class BlockHeads
{
    private const int MaxMessageBytes = 1024 * 1024;
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Announces each new head. Never ends by itself: when the socket dies, is closed or falls silent (no answer to a ping for 10 s) it throws, and the
    /// caller polls until it may subscribe again. Heads can be skipped and, in a reorganisation, repeated at the same number: read back by parent hash.
    /// </summary>
    /// <param name="endpoint">A ws or wss address.</param>
    /// <exception cref="RpcTransportException">The connection could not be made or was lost.</exception>
    /// <exception cref="RpcException">The node does not offer subscriptions.</exception>
    public static async IAsyncEnumerable<Block> Follow(Uri endpoint, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        using var socket = new ClientWebSocket();
        socket.Options.KeepAliveInterval = KeepAlive;
        socket.Options.KeepAliveTimeout = KeepAlive;
        var name = endpoint.GetLeftPart(UriPartial.Scheme) + endpoint.Authority;
        var buffer = new byte[16 * 1024];

        await Guard(name, () => Subscribe(socket, endpoint, cancellation), cancellation);
        while (true)
        {
            (buffer, var length) = await Guard(name, () => Receive(socket, buffer, cancellation), cancellation);
            if (await Guard(name, () => Task.FromResult(ReadHead(buffer.AsSpan(0, length))), cancellation) is { } head)
            {
                yield return head;
            }
        }
    }

    private static async Task<bool> Subscribe(ClientWebSocket socket, Uri endpoint, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(KeepAlive);
        await socket.ConnectAsync(endpoint, limit.Token);
        var request = """{"jsonrpc":"2.0","id":0,"method":"eth_subscribe","params":["newHeads"]}"""u8.ToArray();
        await socket.SendAsync(request, WebSocketMessageType.Text, true, limit.Token);
        var (answer, length) = await Receive(socket, new byte[4096], limit.Token);
        RpcMessage.Read(answer.AsSpan(0, length), [RpcCall.Of("eth_subscribe", json => json.GetString()!)]);
        return true;
    }

    private static async Task<(byte[] Buffer, int Length)> Receive(ClientWebSocket socket, byte[] buffer, CancellationToken cancellation)
    {
        var length = 0;
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(length), cancellation);
            length += part.Count;
            if (part.MessageType == WebSocketMessageType.Close)
            {
                throw new WebSocketException($"the node closed the connection ({socket.CloseStatus}: {socket.CloseStatusDescription})");
            }

            if (part.EndOfMessage)
            {
                return (buffer, length);
            }

            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, length < MaxMessageBytes ? length * 2 : throw new FormatException($"a message is longer than {MaxMessageBytes} bytes"));
            }
        }
    }

    private static Block? ReadHead(ReadOnlySpan<byte> message)
    {
        var json = new Utf8JsonReader(message);
        var notification = JsonElement.ParseValue(ref json);
        return notification.TryGetProperty("params", out var parameters) && parameters.TryGetProperty("result", out var head) ? Block.Read(head) : null;
    }

    private static async Task<T> Guard<T>(string name, Func<Task<T>> step, CancellationToken cancellation)
    {
        try
        {
            return await step();
        }
        catch (Exception e) when (e is WebSocketException or HttpRequestException or JsonException or FormatException or InvalidOperationException or IOException)
        {
            throw new RpcTransportException(name, $"the subscription to new blocks failed: {e.Message}", inner: e);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new RpcTransportException(name, $"the subscription to new blocks failed: no answer within {KeepAlive.TotalSeconds:0} s", inner: e);
        }
    }
}
