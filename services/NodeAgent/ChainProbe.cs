using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Skale.Contracts;
using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent;

/// <summary>
/// Asks chains at their published port: a process that lives but answers nothing, or for another chain, is not running. A chain is asked for <c>eth_chainId</c>, and one that has just said it for
/// its newest block, in turns: either answer shows that it lives.
/// </summary>
internal sealed class ChainProbe : IDisposable
{
    private const int MostAnswerBytes = 16 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly byte[] Question = Of("eth_chainId"), HeightQuestion = Of("eth_blockNumber");
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly ConcurrentDictionary<ChainName, long> heights = [];
    private readonly ConcurrentDictionary<ChainName, SubnodeContainer> identified = [];

    // Without what a client puts around it for everybody: a machine full of chains asks dozens of times a second, as long as it lives.
    private readonly HttpMessageInvoker http = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, ActivityHeadersPropagator = null });

    /// <summary>Null when the chain answers, with its own id where it is asked for that, else what it did instead.</summary>
    public async Task<string?> Fault(SubnodeContainer container, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        try
        {
            if (identified.TryRemove(container.Subnode.Chain, out var known) && known == container && await Ask(container, HeightQuestion, limit.Token) is { } height)
            {
                heights[container.Subnode.Chain] = height;
                return null;
            }

            if (await Ask(container, Question, limit.Token) is not { } id)
            {
                return "answers without a chain id";
            }

            if (id != container.Subnode.EvmChainId)
            {
                return $"answers with chain id {id} instead of {container.Subnode.EvmChainId}";
            }

            identified[container.Subnode.Chain] = container;
            if (HeightOf(container.Subnode.Chain) is null && await Ask(container, HeightQuestion, limit.Token) is { } first)
            {
                heights[container.Subnode.Chain] = first;
            }

            return null;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return $"does not answer within {Patience.TotalSeconds:0} s";
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return "does not answer";
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException or InvalidDataException)
        {
            return "answers with something that is not JSON-RPC";
        }
    }

    /// <summary>Null when it has not answered yet.</summary>
    public long? HeightOf(ChainName chain) => heights.TryGetValue(chain, out var height) ? height : null;

    public void Forget(ChainName chain)
    {
        heights.TryRemove(chain, out _);
        identified.TryRemove(chain, out _);
    }

    public void Dispose() => http.Dispose();

    private static byte[] Of(string method) => Encoding.UTF8.GetBytes($$"""{"jsonrpc":"2.0","id":1,"method":"{{method}}","params":[]}""");

    private async Task<long?> Ask(SubnodeContainer container, byte[] question, CancellationToken cancellation)
    {
        using var content = new ByteArrayContent(question);
        content.Headers.ContentType = Json;
        using var request = new HttpRequestMessage(HttpMethod.Post, AddressOf(container)) { Content = content };
        using var answer = await http.SendAsync(request, cancellation);
        var buffer = ArrayPool<byte>.Shared.Rent(MostAnswerBytes);
        try
        {
            await using var body = await answer.Content.ReadAsStreamAsync(cancellation);
            var length = 0;
            while (await body.ReadAsync(buffer.AsMemory(length), cancellation) is > 0 and var read)
            {
                length = (length += read) < buffer.Length ? length : throw new InvalidDataException("More than an answer of JSON-RPC.");
            }

            return Result(buffer.AsMemory(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static long? Result(ReadOnlyMemory<byte> answer)
    {
        using var json = JsonDocument.Parse(answer);
        return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("result", out var result) && result.GetString() is { } hex ? Parse(hex) : null;
    }

    private static Uri AddressOf(SubnodeContainer container) =>
        new UriBuilder(Uri.UriSchemeHttp, container.Place.PublishAddress is "0.0.0.0" ? "127.0.0.1" : container.Place.PublishAddress, container.HostPort).Uri;

    private static long? Parse(string hex) =>
        hex.StartsWith("0x", StringComparison.Ordinal) && long.TryParse(hex.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id) ? id : null;
}
