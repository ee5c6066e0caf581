using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Skale.Docker;

/// <summary>The engine's streams of JSON values, one after the other in one answer.</summary>
internal static class JsonLines
{
    public static async IAsyncEnumerable<T> Read<T>(
        EngineEndpoint endpoint,
        HttpResponseMessage answer,
        string asked,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(cancellation));
        while (await Next(endpoint, reader, cancellation) is { } line)
        {
            if (line.Length > 0)
            {
                yield return Parse<T>(line, answer, asked);
            }
        }
    }

    private static T Parse<T>(string line, HttpResponseMessage answer, string asked)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(line, EngineConnection.Json)!;
        }
        catch (JsonException e)
        {
            throw new DockerException(answer.StatusCode, $"a line of the stream cannot be read ({e.Message}): {line}", asked);
        }
    }

    private static async Task<string?> Next(EngineEndpoint endpoint, StreamReader reader, CancellationToken cancellation)
    {
        try
        {
            return await reader.ReadLineAsync(cancellation);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw DockerUnavailableException.From(endpoint, e);
        }
    }
}
