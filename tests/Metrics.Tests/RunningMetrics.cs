using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Skale.EventStore;
using Skale.Hosting;
using Skale.Servers;

namespace Skale.Metrics.Tests;

/// <summary>The service as it runs, on a port of its own, beside a journal that a scripted scheduler writes.</summary>
internal sealed class RunningMetrics : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly string folder;

    private RunningMetrics(WebApplication app, string folder)
    {
        (this.app, this.folder) = (app, folder);
        Http = new HttpClient { BaseAddress = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()) };
    }

    public HttpClient Http { get; }

    public ScriptedScheduler Scheduler { get; } = new();

    public IEventLog? Journal { get; private set; }

    /// <param name="withJournal">False for a scheduler that has never started.</param>
    public static async Task<RunningMetrics> Start(bool withJournal = true, Action<WebApplicationBuilder>? more = null)
    {
        var folder = Repository.NewFolder("metrics");
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = folder });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Store:Journal"] = folder, ["urls"] = "http://127.0.0.1:0" });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        more?.Invoke(builder);
        var app = builder.AddMetrics().AddSkale(bus: more is not null).Build().MapSkale().MapMetrics();
        await app.StartAsync();
        var running = new RunningMetrics(app, folder);
        if (withJournal)
        {
            running.OpenJournal();
        }

        return running;
    }

    public void OpenJournal() => Journal = JournalLog.Open(Path.Combine(folder, "scheduler"), "scheduler");

    public async Task CloseJournal()
    {
        await Journal!.DisposeAsync();
        Journal = null;
    }

    /// <summary>Lets the scheduler store something, and waits until it is shown.</summary>
    public async Task Record(Action<ScriptedScheduler> script)
    {
        script(Scheduler);
        await Scheduler.AppendTo(Journal!);
        await Wait.Until($"position {Scheduler.Events.Count} is folded", async () => (await Get("/api/status")).GetProperty("position").GetInt64() == Scheduler.Events.Count, Wait.Patience);
    }

    public async Task<JsonElement> Get(string path) => JsonElement.Parse(await Http.GetStringAsync(path));

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
        await (Journal?.DisposeAsync() ?? ValueTask.CompletedTask);
        Directory.Delete(folder, recursive: true);
    }
}
