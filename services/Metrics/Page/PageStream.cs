using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.Options;
using Skale.Metrics.Api;

namespace Skale.Metrics.Page;

/// <summary>
/// GET /page/stream: to each open page what differs from what it shows, at most once per <see cref="MetricsOptions.PageRefresh"/>. A page says the position
/// it shows; when that is too long ago the first message holds everything, so a page that lost its connection, or this process, is right again at once.
/// </summary>
internal static class PageStream
{
    /// <summary>Lags grow without events: the head is looked at again this often.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(1);

    // Read by a script that takes the pieces as the HTML they are: escaping them again would double their size.
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="Full">Pieces that are not named are to go.</param>
    /// <param name="Parts">Pieces to draw, each after those before it.</param>
    /// <param name="Gone">Ids of pieces to take away.</param>
    private sealed record Patch(bool Full, IReadOnlyList<Piece> Parts, IReadOnlyList<string> Gone);

    /// <param name="After">Id of the piece before it in the same list; null for the first.</param>
    private sealed record Piece(string Id, string List, string? After, string Html);

    public static async Task Run(
        HttpContext http, Projection projection, StatusReading status, IOptions<MetricsOptions> options, ILoggerFactory loggers, TimeProvider clock, IHostApplicationLifetime lifetime,
        long? at = null)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        ServerSentEvents.Begin(http.Response);
        var shown = long.TryParse(http.Request.Headers["Last-Event-ID"], out var last) ? last : at;
        var sent = shown is { } position && projection.At(position) is { } known
            ? PageModel.Of(known, status.Read()).Parts.Where(p => p.Id != PageModel.Status).ToDictionary(p => p.Id, p => p.Key)
            : [];
        try
        {
            for (var full = sent.Count == 0; ; full = false)
            {
                var moment = projection.Now;
                var patch = await Difference(http.RequestServices, loggers, PageModel.Of(moment, status.Read()), sent, full);
                if (full || patch.Parts.Count > 0 || patch.Gone.Count > 0)
                {
                    var text = new StringBuilder();
                    ServerSentEvents.Append(text, "patch", moment.View.Position, JsonSerializer.Serialize(patch, Json));
                    await ServerSentEvents.Send(http.Response, text, either.Token);
                }

                await Task.Delay(options.Value.PageRefresh, clock, either.Token);
                await projection.WaitForNews(moment.View.Position, Idle, either.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The page was closed, or this process ends.
        }
    }

    private static async Task<Patch> Difference(IServiceProvider services, ILoggerFactory loggers, PageModel model, Dictionary<string, object> sent, bool full)
    {
        // A renderer keeps all it has drawn, so each message has its own.
        await using var renderer = new HtmlRenderer(services, loggers);
        var pieces = new List<Piece>();
        var gone = sent.Keys.ToHashSet();
        string? before = null;
        var list = "";
        foreach (var part in model.Parts)
        {
            before = part.List == list ? before : null;
            if (!sent.TryGetValue(part.Id, out var known) || !known.Equals(part.Key))
            {
                pieces.Add(new Piece(part.Id, part.List, before, await Draw(renderer, part)));
                sent[part.Id] = part.Key;
            }

            gone.Remove(part.Id);
            (before, list) = (part.Id, part.List);
        }

        foreach (var id in gone)
        {
            sent.Remove(id);
        }

        return new Patch(full, pieces, [.. gone]);
    }

    private static Task<string> Draw(HtmlRenderer renderer, PagePart part) => renderer.Dispatcher.InvokeAsync(async () =>
        (await renderer.RenderComponentAsync(part.Component, Microsoft.AspNetCore.Components.ParameterView.FromDictionary(part.Parameters))).ToHtmlString().Trim());
}
