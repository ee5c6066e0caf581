using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Skale.Docker;
using Skale.Servers;

namespace Skale.Docker.Tests;

/// <summary>Speaks for engines this machine cannot run, those of other versions: it answers <c>/version</c>, refuses newer requests as they do, and says yes to the rest.</summary>
internal sealed class CannedEngine : IAsyncDisposable
{
    private readonly WebApplication server;
    private readonly string folder;
    private readonly string oldest;

    private CannedEngine(WebApplication server, string folder, string newest, string oldest) =>
        (this.server, this.folder, Newest, this.oldest, Endpoint) = (server, folder, newest, oldest, EngineEndpoint.Parse($"unix://{folder}/engine.sock"));

    public EngineEndpoint Endpoint { get; }

    public string Newest { get; set; }

    public bool Hangs { get; set; }

    public List<string> Asked { get; } = [];

    public static async Task<CannedEngine> Start(string newest, string oldest)
    {
        var folder = Repository.NewFolder("engine");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenUnixSocket($"{folder}/engine.sock"));
        var engine = new CannedEngine(builder.Build(), folder, newest, oldest);
        engine.server.Run(engine.Answer);
        await engine.server.StartAsync();
        return engine;
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private async Task Answer(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        Asked.Add(path);
        if (Hangs)
        {
            var gone = new TaskCompletionSource();
            await using var abort = context.RequestAborted.Register(gone.SetResult);
            await gone.Task;
        }
        else if (path == "/version")
        {
            await context.Response.WriteAsJsonAsync(new Dictionary<string, string>
            {
                ["Version"] = "99.0",
                ["ApiVersion"] = Newest,
                ["MinAPIVersion"] = oldest,
                ["Os"] = "linux",
                ["Arch"] = "amd64",
            });
        }
        else if (Minor(path[2..path.IndexOf('/', 1)]) > Minor(Newest))
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync($$"""{"message":"client version {{path[2..6]}} is too new. Maximum supported API version is {{Newest}}"}""");
        }
    }

    private static int Minor(string version) => int.Parse(version.Split('.')[1], CultureInfo.InvariantCulture);
}
