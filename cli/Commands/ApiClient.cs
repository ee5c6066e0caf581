using System.CommandLine;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Skale.Cli.Embedded;
using Skale.Hosting;

namespace Skale.Cli.Commands;

/// <summary>The API of a running system, as the commands ask it.</summary>
internal sealed class ApiClient(Uri address, string? token = null, string? socket = null) : IDisposable
{
    /// <summary>Where to ask: <c>--url</c>, else <c>SKALE_URL</c>, else what <c>skale up</c> left in the data folder, else port 8080 of this machine.</summary>
    public static Option<string?> UrlOption { get; } = new("--url") { Description = "Address of the page and API (or SKALE_URL). Default: that of 'skale up' in this folder.", Recursive = true };

    /// <summary>As the API writes JSON.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web);

    private readonly HttpClient http = new(HandlerOf(socket))
    {
        BaseAddress = address,
        Timeout = Timeout.InfiniteTimeSpan,
        DefaultRequestHeaders = { Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token) },
    };

    /// <summary>For messages: what is asked.</summary>
    public string Address => socket ?? $"{address}";

    /// <summary>Runs a command against the API; errors become a message and an exit code.</summary>
    public static Task<int> Run(ParseResult arguments, Func<ApiClient, Task> command, CancellationToken cancellation) =>
        Run(arguments.GetValue(UrlOption), null, command, cancellation);

    /// <summary>As above, at another address than the page's, when one is given, and with a token.</summary>
    public static async Task<int> Run(string? address, string? token, Func<ApiClient, Task> command, CancellationToken cancellation)
    {
        var given = address ?? Environment.GetEnvironmentVariable("SKALE_URL") ?? AddressOfEmbedded() ?? "http://127.0.0.1:8080";
        if (!(Uri.TryCreate(given, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"))
        {
            await Console.Error.WriteLineAsync($"'{given}' is no address of a page and API; one is http://HOST:PORT (--url or SKALE_URL).");
            return ExitCodes.BadInput;
        }

        using var api = new ApiClient(url, token);
        return await Run(api, command, "Start it with ./run, or give --url ADDRESS (or SKALE_URL).", cancellation);
    }

    /// <summary>As above, over a Unix domain socket of this machine.</summary>
    public static async Task<int> RunAt(string socket, Func<ApiClient, Task> command, CancellationToken cancellation)
    {
        using var api = new ApiClient(new Uri("http://agent"), null, socket);
        return await Run(api, command, "Is the agent running, and are you root?", cancellation);
    }

    private static async Task<int> Run(ApiClient api, Func<ApiClient, Task> command, string help, CancellationToken cancellation)
    {
        try
        {
            await command(api);
            return ExitCodes.Done;
        }
        catch (HttpRequestException e) when (e.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.Conflict or HttpStatusCode.UnprocessableEntity)
        {
            await Console.Error.WriteLineAsync($"{api.Address} refuses: {e.Message}");
            return ExitCodes.Failed;
        }
        catch (HttpRequestException e) when (e.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.BadRequest)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return e.StatusCode is HttpStatusCode.NotFound ? ExitCodes.NotFound : ExitCodes.BadInput;
        }
        catch (JsonException e)
        {
            await Console.Error.WriteLineAsync($"{api.Address} answers, but not as the API of Skale.Services does: {e.Message}\nGive the right --url ADDRESS (or SKALE_URL).");
            return ExitCodes.Unreachable;
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            await Console.Error.WriteLineAsync($"{api.Address} does not answer: {e.Message}\n{help}");
            return ExitCodes.Unreachable;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return ExitCodes.Done;
        }
    }

    public async Task<T> Get<T>(string path, CancellationToken cancellation)
    {
        using var answer = await http.GetAsync(path, cancellation);
        return await Read<T>(answer, cancellation);
    }

    public async Task<T> Post<T>(string path, object body, CancellationToken cancellation)
    {
        using var answer = await http.PostAsJsonAsync(path, body, Json, cancellation);
        return await Read<T>(answer, cancellation);
    }

    /// <summary>A request that changes something; the same key is the same request.</summary>
    public async Task<T> Send<T>(HttpMethod method, string path, object? body, string? key, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = body is null ? null : JsonContent.Create(body, body.GetType(), null, Json);
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key ?? $"{Guid.NewGuid():D}");
        using var answer = await http.SendAsync(request, cancellation);
        return await Read<T>(answer, cancellation);
    }

    private static async Task<T> Read<T>(HttpResponseMessage answer, CancellationToken cancellation)
    {
        if (!answer.IsSuccessStatusCode)
        {
            var problem = await answer.Content.ReadFromJsonAsync<Problem>(Json, cancellation);
            throw new HttpRequestException(problem?.Detail ?? problem?.Title ?? answer.ReasonPhrase, null, answer.StatusCode);
        }

        return (await answer.Content.ReadFromJsonAsync<T>(Json, cancellation))!;
    }

    /// <summary>The data of each server-sent event, as it comes; ends when the server closes.</summary>
    public async IAsyncEnumerable<string> Follow(string path, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var answer = await http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, cancellation);
        answer.EnsureSuccessStatusCode();
        await using var stream = await answer.Content.ReadAsStreamAsync(cancellation);
        await foreach (var item in System.Net.ServerSentEvents.SseParser.Create(stream).EnumerateAsync(cancellation))
        {
            yield return item.Data;
        }
    }

    public void Dispose() => http.Dispose();

    private static SocketsHttpHandler HandlerOf(string? socket) => socket is null ? new() : new()
    {
        UseProxy = false,
        ConnectCallback = async (_, cancellation) =>
        {
            var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellation);
            return new NetworkStream(connection, ownsSocket: true);
        },
    };

    private static string? AddressOfEmbedded() =>
        Path.Combine(EmbeddedOptions.DefaultData, EmbeddedOptions.AddressFileName) is var file && File.Exists(file) ? File.ReadAllText(file).Trim() : null;

    private sealed record Problem(string? Title, string? Detail);
}
