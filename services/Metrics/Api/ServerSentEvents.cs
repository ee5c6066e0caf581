using System.Text;

namespace Skale.Metrics.Api;

/// <summary>The format of server-sent events (WHATWG HTML, 9.2).</summary>
internal static class ServerSentEvents
{
    public static void Begin(HttpResponse response)
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no";
    }

    /// <summary>Adds one event; the data must be a single line, as JSON is.</summary>
    public static void Append(StringBuilder text, string name, long id, string data)
    {
        text.Append("id: ").Append(id).Append("\nevent: ").Append(name).Append("\ndata: ").Append(data).Append("\n\n");
    }

    public static async Task Send(HttpResponse response, StringBuilder text, CancellationToken cancellation)
    {
        await response.WriteAsync(text.ToString(), cancellation);
        await response.Body.FlushAsync(cancellation);
    }

    /// <summary>A line that clients pass over; it shows that the connection lives.</summary>
    public static Task Comment(HttpResponse response, string text, CancellationToken cancellation) =>
        Send(response, new StringBuilder().Append(": ").Append(text).Append("\n\n"), cancellation);
}
