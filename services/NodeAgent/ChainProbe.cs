using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent;

/// <summary>Asks chains for <c>eth_chainId</c> at their published port: a process that lives but answers nothing, or for another chain, is not running.</summary>
internal sealed class ChainProbe : IDisposable
{
    private static readonly object Question = new { jsonrpc = "2.0", id = 1, method = "eth_chainId", @params = Array.Empty<object>() };

    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false })
    {
        Timeout = TimeSpan.FromSeconds(2),
    };

    /// <summary>Null when the chain answers with its own id, else what it did instead.</summary>
    public async Task<string?> Fault(SubnodeContainer container, CancellationToken cancellation)
    {
        try
        {
            using var answer = await http.PostAsJsonAsync(AddressOf(container), Question, cancellation);
            var json = await answer.Content.ReadFromJsonAsync<JsonElement>(cancellation);
            return json.ValueKind == JsonValueKind.Object && json.TryGetProperty("result", out var result) && result.GetString() is { } hex && Parse(hex) is { } id
                ? id == container.Subnode.EvmChainId ? null : $"answers with chain id {id} instead of {container.Subnode.EvmChainId}"
                : "answers without a chain id";
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

    public void Dispose() => http.Dispose();

    private static Uri AddressOf(SubnodeContainer container) =>
        new UriBuilder(Uri.UriSchemeHttp, container.Place.PublishAddress is "0.0.0.0" ? "127.0.0.1" : container.Place.PublishAddress, container.HostPort).Uri;

    private static long? Parse(string hex) =>
        hex.StartsWith("0x", StringComparison.Ordinal) && long.TryParse(hex.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id) ? id : null;
}
