using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Skale.Servers;

namespace Skale.Hosting.Tests;

/// <summary>A process of ours as <see cref="SkaleHost"/> composes it, with endpoints and logs of the test's choosing, inside the test process.</summary>
internal sealed class BusProcess : IAsyncDisposable
{
    private readonly WebApplication app;

    private BusProcess(WebApplication app) => this.app = app;

    public IBus Bus => app.Services.GetRequiredService<IBus>();

    public T Get<T>(string key)
        where T : notnull => app.Services.GetRequiredKeyedService<T>(key);

    /// <param name="broker">Null for the bus in memory.</param>
    public static async Task<BusProcess> Start(Uri? broker, string? journal = null, Action<IServiceCollection>? add = null, params BusEndpoint[] endpoints) => await Start(broker, journal, add, [], endpoints);

    /// <param name="settings">Further settings, such as <c>Seal:Keys</c>.</param>
    public static async Task<BusProcess> Start(
        Uri? broker, string? journal, Action<IServiceCollection>? add, Dictionary<string, string?> settings, params BusEndpoint[] endpoints)
    {
        var process = await StartWithoutBus(broker, journal, add, settings, endpoints);
        await process.app.Services.GetRequiredService<IBusControl>().WaitForHealthStatus(BusHealthStatus.Healthy, Wait.Patience);
        return process;
    }

    /// <summary>As <see cref="Start(Uri?, string?, Action{IServiceCollection}?, Dictionary{string, string?}, BusEndpoint[])"/>, but does not wait for the broker.</summary>
    public static async Task<BusProcess> StartWithoutBus(
        Uri? broker, string? journal, Action<IServiceCollection>? add, Dictionary<string, string?> settings, params BusEndpoint[] endpoints)
    {
        var process = Make(broker, journal, add, settings, endpoints);
        await process.app.StartAsync(TestContext.Current.CancellationToken);
        return process;
    }

    /// <summary>Complete, but not started.</summary>
    public static BusProcess Make(Uri? broker, string? journal, Action<IServiceCollection>? add, Dictionary<string, string?> settings, params BusEndpoint[] endpoints)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.SetMinimumLevel(LogLevel.Critical);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Store:Journal"] = journal ?? Repository.NewFolder("bus"),
            [broker is null ? "Bus:InMemory" : "Bus:RabbitMq"] = broker is null ? "true" : broker.ToString(),
        });
        builder.Configuration.AddInMemoryCollection(settings);
        add?.Invoke(builder.Services);
        foreach (var endpoint in endpoints)
        {
            builder.Services.AddSingleton(endpoint);
        }

        // MassTransit keeps the logger of the first bus it sees; that of an earlier process here is disposed.
        LogContext.Current = null;
        return new BusProcess(builder.AddSkale().Build().MapSkale());
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
    }
}
