using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Skale.Docker;

/// <summary>HTTP to one engine: negotiates the API version at first use and turns every failure into one of this library's exceptions.</summary>
internal sealed class EngineConnection : IDisposable
{
    public static readonly JsonSerializerOptions Json = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private readonly EngineEndpoint endpoint;
    private readonly TimeSpan answerWithin;
    private readonly HttpClient http;
    private ApiVersion? version;

    public EngineConnection(EngineEndpoint endpoint, TimeSpan answerWithin)
    {
        this.endpoint = endpoint;
        this.answerWithin = answerWithin;
        var handler = new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, ConnectTimeout = answerWithin };
        if (endpoint.SocketPath is { } path)
        {
            handler.ConnectCallback = (_, cancellation) => Connect(path, cancellation);
        }

        http = new HttpClient(handler) { BaseAddress = endpoint.Address, Timeout = Timeout.InfiniteTimeSpan };
    }

    public EngineEndpoint Endpoint => endpoint;

    /// <summary>The API version agreed with the engine.</summary>
    public async Task<ApiVersion> Version(CancellationToken cancellation) => version ??= await Negotiate(cancellation);

    public Task<EngineVersion> AskVersion(CancellationToken cancellation) => Bounded(
        async limit =>
        {
            using var answer = await SendOnce(HttpMethod.Get, "/version", null, limit);
            return await Read<EngineVersion>(answer, "GET /version", limit);
        },
        answerWithin,
        "GET /version",
        cancellation);

    public Task<T> Ask<T>(HttpMethod method, string path, object? body, CancellationToken cancellation) => Bounded(
        async limit =>
        {
            using var answer = await Open(method, path, () => Content(body), limit);
            return await Read<T>(answer, $"{method} {path}", limit);
        },
        answerWithin,
        $"{method} {path}",
        cancellation);

    /// <summary>As <see cref="Ask"/>, with null when the thing asked for does not exist.</summary>
    public Task<T?> Find<T>(string path, CancellationToken cancellation)
        where T : class => Bounded(
        async limit =>
        {
            using var answer = await Open(HttpMethod.Get, path, () => null, limit, mayBeMissing: true);
            return answer.StatusCode == HttpStatusCode.NotFound ? null : await Read<T>(answer, $"GET {path}", limit);
        },
        answerWithin,
        $"GET {path}",
        cancellation);

    /// <summary>Tells the engine to do something; false when it was so already (304).</summary>
    /// <param name="atMost">Longer than ordinary answers may take, when the engine itself waits for something.</param>
    public Task<bool> Tell(HttpMethod method, string path, object? body, CancellationToken cancellation, TimeSpan? atMost = null) => Bounded(
        async limit =>
        {
            using var answer = await Open(method, path, () => Content(body), limit);
            return answer.StatusCode != HttpStatusCode.NotModified;
        },
        (atMost ?? TimeSpan.Zero) + answerWithin,
        $"{method} {path}",
        cancellation);

    /// <summary>Deletes something; false when it did not exist.</summary>
    public Task<bool> Delete(string path, CancellationToken cancellation) => Bounded(
        async limit =>
        {
            using var answer = await Open(HttpMethod.Delete, path, () => null, limit, mayBeMissing: true);
            return answer.StatusCode is not (HttpStatusCode.NotModified or HttpStatusCode.NotFound);
        },
        answerWithin,
        $"DELETE {path}",
        cancellation);

    /// <summary>Sends and returns once the head of the answer is there; only the caller's token bounds it.</summary>
    /// <param name="content">Called again when the version has to be agreed anew, because the engine was exchanged under us.</param>
    /// <param name="repeatable">False for content that can be sent only once.</param>
    /// <param name="mayBeMissing">True when that nothing is there (404) is an answer like others.</param>
    public async Task<HttpResponseMessage> Open(HttpMethod method, string path, Func<HttpContent?> content, CancellationToken cancellation, bool repeatable = true, bool mayBeMissing = false)
    {
        try
        {
            return await SendOnce(method, $"/v{await Version(cancellation)}{path}", content(), cancellation, mayBeMissing);
        }
        catch (DockerException e) when (e.WrongVersion)
        {
            version = null;
            if (!repeatable)
            {
                throw;
            }

            return await SendOnce(method, $"/v{await Version(cancellation)}{path}", content(), cancellation, mayBeMissing);
        }
    }

    public void Dispose() => http.Dispose();

    private async Task<HttpResponseMessage> SendOnce(HttpMethod method, string path, HttpContent? content, CancellationToken cancellation, bool mayBeMissing = false)
    {
        HttpResponseMessage answer;
        try
        {
            using var request = new HttpRequestMessage(method, path) { Content = content };
            answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        }
        catch (HttpRequestException e)
        {
            throw DockerUnavailableException.From(endpoint, e);
        }

        if (answer.IsSuccessStatusCode || answer.StatusCode == HttpStatusCode.NotModified || (mayBeMissing && answer.StatusCode == HttpStatusCode.NotFound))
        {
            return answer;
        }

        using (answer)
        {
            throw new DockerException(answer.StatusCode, await EngineAnswer.Message(answer, cancellation), $"{method} {EngineAnswer.WithoutVersion(path)}");
        }
    }

    private async Task<ApiVersion> Negotiate(CancellationToken cancellation)
    {
        var engine = await AskVersion(cancellation);
        return ApiVersion.Shared(engine) ?? throw new DockerVersionException(endpoint, engine.ApiVersion < ApiVersion.Oldest
            ? $"version {engine.Version} speaks API {engine.ApiVersion} at most, and {ApiVersion.Oldest} is needed. Upgrade it to Docker 20.10 or newer."
            : $"version {engine.Version} no longer speaks API {ApiVersion.Newest}, the newest this client knows (it starts at {engine.MinApiVersion}). Upgrade this program.");
    }

    private async Task<T> Bounded<T>(Func<CancellationToken, Task<T>> ask, TimeSpan atMost, string asked, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(atMost);
        try
        {
            return await ask(limit.Token);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new DockerUnavailableException(endpoint, $"no answer to {asked} within {atMost.TotalSeconds:0} s. The engine hangs or is overloaded.", e);
        }
        catch (IOException e)
        {
            throw DockerUnavailableException.From(endpoint, e);
        }
    }

    private static async Task<T> Read<T>(HttpResponseMessage answer, string asked, CancellationToken cancellation)
    {
        try
        {
            return await answer.Content.ReadFromJsonAsync<T>(Json, cancellation)
                ?? throw new DockerException(answer.StatusCode, "the answer is empty", asked);
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            throw new DockerException(answer.StatusCode, $"the answer cannot be read: {e.Message}", asked);
        }
    }

    private static JsonContent? Content(object? body) => body is null ? null : JsonContent.Create(body, body.GetType(), options: Json);

    private static async ValueTask<Stream> Connect(string path, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
