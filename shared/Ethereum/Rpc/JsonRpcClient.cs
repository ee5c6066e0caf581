using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Skale.Ethereum;

/// <summary>Talks JSON-RPC over HTTP to one Ethereum endpoint. Safe for concurrent use.</summary>
public sealed class JsonRpcClient : IDisposable
{
    private const int MaxAnswerBytes = 256 * 1024 * 1024;
    private const int MostCallsPerRequest = 1000;

    /// <summary>Of an endpoint that takes no batches.</summary>
    private const int SinglesInFlight = 8;

    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(15);

    private readonly HttpClient http;
    private readonly Uri endpoint;
    private readonly TimeSpan timeout;
    private readonly TimeProvider clock;
    private readonly RateLimitGate gate;
    private volatile int mostPerBatch = MostCallsPerRequest;

    /// <param name="endpoint">An http or https address.</param>
    /// <param name="timeout">For one request including its whole answer; 15 seconds when not given.</param>
    /// <param name="patience">How long to wait where the endpoint limits the rate of requests; not at all when not given.</param>
    /// <param name="transport">Carries the requests; sockets when not given.</param>
    public JsonRpcClient(Uri endpoint, TimeSpan? timeout = null, RateLimitPatience? patience = null, TimeProvider? clock = null, HttpMessageHandler? transport = null)
    {
        (this.endpoint, this.timeout, this.clock) = (endpoint, timeout ?? DefaultTimeout, clock ?? TimeProvider.System);
        gate = new RateLimitGate(patience ?? RateLimitPatience.None, this.clock);
        Name = endpoint.GetLeftPart(UriPartial.Scheme) + endpoint.Authority;
        http = new HttpClient(transport ?? new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.All, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
        {
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = MaxAnswerBytes,
        };
    }

    /// <summary>Scheme, host and port, for messages; the path is left out because it often holds an access key.</summary>
    public string Name { get; }

    /// <summary>Requests wait until then because the endpoint asked for fewer; in the past when none does.</summary>
    public DateTimeOffset PausedUntil => gate.PausedUntil;

    /// <exception cref="RpcException">The node answered with an error.</exception>
    /// <exception cref="RpcTransportException">There was no usable answer.</exception>
    public async Task<T> Send<T>(RpcCall<T> call, CancellationToken cancellation = default) => (T)(await Exchange([call], asBatch: false, keepErrors: false, cancellation))[0]!;

    /// <summary>Sends several calls in one request, or in as many as the endpoint demands; results come in the order of the calls. One failed call fails all.</summary>
    /// <exception cref="RpcException">The node answered one of them with an error.</exception>
    /// <exception cref="RpcTransportException">There was no usable answer.</exception>
    public async Task<IReadOnlyList<T>> Send<T>(IReadOnlyList<RpcCall<T>> calls, CancellationToken cancellation = default) =>
        calls.Count == 0 ? [] : [.. (await InBatches(calls, keepErrors: false, cancellation)).Cast<T>()];

    /// <summary>As above, but a call that the node refuses fails alone.</summary>
    /// <exception cref="RpcTransportException">There was no usable answer.</exception>
    public async Task<IReadOnlyList<RpcOutcome<T>>> Try<T>(IReadOnlyList<RpcCall<T>> calls, CancellationToken cancellation = default) =>
        [.. (await InBatches(calls, keepErrors: true, cancellation)).Select(answer => answer is RpcException error ? new RpcOutcome<T>(default, error) : new RpcOutcome<T>((T)answer!, null))];

    /// <summary>Sends two different calls in one request, such as a block and its logs.</summary>
    /// <inheritdoc cref="Send{T}(IReadOnlyList{RpcCall{T}}, CancellationToken)"/>
    public async Task<(TFirst First, TSecond Second)> Send<TFirst, TSecond>(RpcCall<TFirst> first, RpcCall<TSecond> second, CancellationToken cancellation = default)
    {
        var results = await InBatches([first, second], keepErrors: false, cancellation);
        return ((TFirst)results[0]!, (TSecond)results[1]!);
    }

    /// <summary>Sends one call and several of another kind in one request, such as the logs of a range and its headers.</summary>
    /// <inheritdoc cref="Send{T}(IReadOnlyList{RpcCall{T}}, CancellationToken)"/>
    public async Task<(TFirst First, IReadOnlyList<TSecond> Others)> Send<TFirst, TSecond>(RpcCall<TFirst> first, IReadOnlyList<RpcCall<TSecond>> others, CancellationToken cancellation = default)
    {
        var results = await InBatches([first, .. others], keepErrors: false, cancellation);
        return ((TFirst)results[0]!, [.. results.Skip(1).Cast<TSecond>()]);
    }

    public void Dispose() => http.Dispose();

    /// <summary>Halves the batch as long as the endpoint refuses it for its size, and remembers what it took.</summary>
    private async Task<object?[]> InBatches(IReadOnlyList<RpcCall> calls, bool keepErrors, CancellationToken cancellation)
    {
        var results = new List<object?>(calls.Count);
        var size = mostPerBatch;
        while (results.Count < calls.Count)
        {
            RpcCall[] part = [.. calls.Skip(results.Count).Take(size == 1 ? SinglesInFlight : size)];
            try
            {
                results.AddRange(size == 1
                    ? (await Task.WhenAll(part.Select(call => Exchange([call], asBatch: false, keepErrors, cancellation)))).SelectMany(answer => answer)
                    : await Exchange(part, asBatch: part.Length > 1, keepErrors, cancellation));
                mostPerBatch = size;
            }
            catch (Exception e) when (size > 1 && part.Length > 1 && MayMeanTheBatch(e))
            {
                size = e is RpcTransportException { Status: null } ? 1 : part.Length / 2;
            }
        }

        return [.. results];
    }

    /// <summary>Also an endpoint that hangs up in the middle may have stumbled over the batch; one that cannot be reached has not.</summary>
    private static bool MayMeanTheBatch(Exception e) => e is BatchRefusedException
        || e is RpcTransportException
        {
            Status: HttpStatusCode.BadRequest or HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotAcceptable or HttpStatusCode.RequestEntityTooLarge
                or HttpStatusCode.UnsupportedMediaType or HttpStatusCode.UnprocessableEntity or HttpStatusCode.InternalServerError or HttpStatusCode.NotImplemented,
        }
        || e is RpcTransportException
        {
            Status: null,
            InnerException: HttpRequestException { HttpRequestError: not (HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError) },
        };

    private async Task<object?[]> Exchange(RpcCall[] calls, bool asBatch, bool keepErrors, CancellationToken cancellation)
    {
        var request = RpcMessage.Write(calls, asBatch);
        for (var attempt = 1; ; attempt++)
        {
            await gate.Wait(cancellation);
            try
            {
                return await ExchangeOnce(request, calls, keepErrors, cancellation);
            }
            catch (RateLimitException e) when (gate.MayRetry(e, attempt))
            {
                gate.Hold(e.RetryAfter, attempt);
            }
        }
    }

    private async Task<object?[]> ExchangeOnce(byte[] request, RpcCall[] calls, bool keepErrors, CancellationToken cancellation)
    {
        var (status, retryAfter, body) = await Post(request, cancellation);
        try
        {
            return RpcMessage.Read(body, calls, keepErrors);
        }
        catch (RpcException e) when (RateLimit.Of(e, status) is { } limit)
        {
            throw new RateLimitException(Name, e.Reason, retryAfter ?? e.RetryAfter ?? RateLimit.WaitIn(e.Reason), limit == RateLimit.Kind.Ambiguous, status, e);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or KeyNotFoundException or OverflowException)
        {
            if (status is HttpStatusCode.TooManyRequests || (status is HttpStatusCode.ServiceUnavailable && retryAfter is not null))
            {
                throw new RateLimitException(Name, $"HTTP status {(int)status} ({status})", retryAfter, isAmbiguous: false, status, e);
            }

            var reason = status is HttpStatusCode.OK ? $"the answer to {calls[0].Method} is not what JSON-RPC demands: {e.Message}" : $"HTTP status {(int)status} ({status})";
            throw new RpcTransportException(Name, reason, status, e);
        }
    }

    private async Task<(HttpStatusCode Status, TimeSpan? RetryAfter, byte[] Body)> Post(byte[] request, CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(timeout, clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation, late.Token);
        try
        {
            using var content = new ByteArrayContent(request) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
            using var response = await http.PostAsync(endpoint, content, limit.Token);
            return (response.StatusCode, RateLimit.WaitIn(response.Headers.RetryAfter, clock.GetUtcNow()), await response.Content.ReadAsByteArrayAsync(limit.Token));
        }
        catch (HttpRequestException e)
        {
            throw new RpcTransportException(Name, $"no answer: {e.Message}", e.StatusCode, e);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new RpcTransportException(Name, $"no answer within {timeout.TotalSeconds:0.###} s", inner: e);
        }
    }
}
