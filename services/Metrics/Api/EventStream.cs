using System.Text;
using System.Text.Json;

namespace Skale.Metrics.Api;

/// <summary>
/// GET /api/events/stream: every event behind a position, then each new one as it happens (server-sent events). The id of each is its position,
/// so a client that connects again with <c>Last-Event-ID</c>, or <c>?after=</c>, misses and repeats nothing; with neither it begins at the end.
/// </summary>
internal static class EventStream
{
    private const int EventsPerRead = 200;
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    public static async Task<IResult> Run(HttpContext http, Projection projection, LogReading log, IHostApplicationLifetime lifetime, long? after = null)
    {
        var position = long.TryParse(http.Request.Headers["Last-Event-ID"], out var last) ? last : after ?? projection.Now.View.Position;
        if (position < 0)
        {
            return Results.Problem($"after is {position}; positions begin at 0.", statusCode: 400, title: "Bad position");
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        ServerSentEvents.Begin(http.Response);
        try
        {
            await ServerSentEvents.Comment(http.Response, $"behind position {position}", either.Token);
            while (true)
            {
                position = await SendNews(http.Response, log, position, either.Token);
                await projection.WaitForNews(position, KeepAlive, either.Token);
                if (projection.Now.View.Position <= position)
                {
                    await ServerSentEvents.Comment(http.Response, "alive", either.Token);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or LogNotOpenException || Hosting.LogStore.MayPass(e))
        {
            // The stream ends; the client comes back with the last id it saw.
            return Results.Empty;
        }
    }

    private static async Task<long> SendNews(HttpResponse response, LogReading log, long position, CancellationToken cancellation)
    {
        while (await log.After(position, EventsPerRead, cancellation) is { Count: > 0 } news)
        {
            var text = new StringBuilder();
            foreach (var e in news)
            {
                ServerSentEvents.Append(text, "event", e.Position, JsonSerializer.Serialize(Answering.Of(e), ReadApi.Json));
                position = e.Position;
            }

            await ServerSentEvents.Send(response, text, cancellation);
        }

        return position;
    }
}
