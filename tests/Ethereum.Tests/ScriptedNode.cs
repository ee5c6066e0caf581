using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Skale.Ethereum.Tests;

/// <summary>A real HTTP server that answers what a broken or odd Ethereum endpoint would.</summary>
internal sealed class ScriptedNode : IAsyncDisposable
{
    private readonly WebApplication app;

    private ScriptedNode(WebApplication app) => this.app = app;

    /// <summary>Its address, with an access key in the path as paid endpoints have it.</summary>
    public Uri Address => new($"{app.Urls.Single()}/v3/secret-key");

    public static async Task<ScriptedNode> Start(RequestDelegate answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        app.Run(answer);
        await app.StartAsync();
        return new ScriptedNode(app);
    }

    public static Task<ScriptedNode> Start(int status, string body) => Start(context =>
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(body);
    });

    /// <summary>It takes requests and never answers one.</summary>
    public static Task<ScriptedNode> StartSilent() => Start(context => new TaskCompletionSource().Task.WaitAsync(context.RequestAborted));

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
