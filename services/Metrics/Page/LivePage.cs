using System.Reflection;
using Microsoft.AspNetCore.Http.HttpResults;
using Skale.Metrics.Api;

namespace Skale.Metrics.Page;

/// <summary>The page at <c>/</c>: Blazor components drawn here, their changes sent to open pages. Everything it needs comes from this process.</summary>
internal static class LivePage
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/", (Projection projection, StatusReading status) =>
            new RazorComponentResult<HomePage>(new { Model = PageModel.Of(projection.Now, status.Read()) }));
        app.MapGet("/page/stream", PageStream.Run);
        MapFile(app, "page.css", "text/css; charset=utf-8");
        MapFile(app, "live.js", "text/javascript; charset=utf-8");
    }

    private static void MapFile(IEndpointRouteBuilder app, string name, string type)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"page/{name}")
            ?? throw new InvalidOperationException($"The page's file {name} is missing from the assembly: Metrics.csproj embeds it.");
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        app.MapGet($"/page/{name}", (HttpResponse response) =>
        {
            response.Headers.CacheControl = "no-cache";
            return Results.Bytes(content, type);
        });
    }
}
