using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Skale.Contracts;
using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent;

/// <summary>Asks chains for <c>eth_chainId</c> and the newest block at their published port: a process that lives but answers nothing, or for another chain, is not running.</summary>
internal sealed class ChainProbe : IDisposable
{
    private static readonly object Question = Of("eth_chainId"), HeightQuestion = Of("eth_blockNumber");

    private readonly ConcurrentDictionary<ChainName, long> heights = [];

    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false })
    {
        Timeout = TimeSpan.FromSeconds(2),
    };

    /// <summary>Null when the chain answers with its own id, else what it did instead.</summary>
    public async Task<string?> Fault(SubnodeContainer container, CancellationToken cancellation)
    {
        try
        {
            if (await Ask(container, Question, cancellation) is not { } id)
            {
                return "answers without a chain id";
            }

            if (id != container.Subnode.EvmChainId)
            {
                return $"answers with chain id {id} instead of {container.Subnode.EvmChainId}";
            }

            if (await Ask(container, HeightQuestion, cancellation) is { } height)
            {
                heights[container.Subnode.Chain] = height;
            }

            return null;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return $"does not answer within {http.Timeout.TotalSeconds:0} s";
        }
        catch (HttpRequestException)
        {
            return "does not answer";
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException)
        {
            return "answers with something that is not JSON-RPC";
        }
    }

    /// <summary>Null when it has not answered yet.</summary>
    public long? HeightOf(ChainName chain) => heights.TryGetValue(chain, out var height) ? height : null;

    public void Forget(ChainName chain) => heights.TryRemove(chain, out _);

    public void Dispose() => http.Dispose();

    private static object Of(string method) => new { jsonrpc = "2.0", id = 1, method, @params = Array.Empty<object>() };

    private async Task<long?> Ask(SubnodeContainer container, object question, CancellationToken cancellation)
    {
        using var answer = await http.PostAsJsonAsync(AddressOf(container), question, cancellation);
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>(cancellation);
        return json.ValueKind == JsonValueKind.Object && json.TryGetProperty("result", out var result) && result.GetString() is { } hex ? Parse(hex) : null;
    }

    private static Uri AddressOf(SubnodeContainer container) =>
        new UriBuilder(Uri.UriSchemeHttp, container.Place.PublishAddress is "0.0.0.0" ? "127.0.0.1" : container.Place.PublishAddress, container.HostPort).Uri;

    private static long? Parse(string hex) =>
        hex.StartsWith("0x", StringComparison.Ordinal) && long.TryParse(hex.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id) ? id : null;
}
