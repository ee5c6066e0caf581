using System.Text.Json;

namespace Skale.Docker;

/// <summary>Reads what the engine says when it refuses.</summary>
internal static class EngineAnswer
{
    public static async Task<string> Message(HttpResponseMessage answer, CancellationToken cancellation)
    {
        var text = await answer.Content.ReadAsStringAsync(cancellation);
        try
        {
            using var json = JsonDocument.Parse(text);
            if (json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("message", out var message))
            {
                return message.ToString();
            }
        }
        catch (JsonException)
        {
            // A proxy or an old engine answers in plain text: that text is the message.
        }

        return text.Trim() is { Length: > 0 } plain ? plain : answer.ReasonPhrase ?? "no reason given";
    }

    public static string WithoutVersion(string path) =>
        path.StartsWith("/v1.", StringComparison.Ordinal) ? path[path.IndexOf('/', 1)..] : path;
}
