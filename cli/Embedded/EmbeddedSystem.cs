using Microsoft.AspNetCore.Builder;
using Skale.Docker;

namespace Skale.Cli.Embedded;

/// <summary>The development network and all services, started together and stopped together.</summary>
internal sealed class EmbeddedSystem : IAsyncDisposable
{
    private EmbeddedSystem(EmbeddedOptions options, DevelopmentNetwork world, WebApplication app) => (Options, World, App) = (options, world, app);

    public EmbeddedOptions Options { get; }

    public DevelopmentNetwork World { get; }

    public WebApplication App { get; }

    /// <summary>Of the page and the API.</summary>
    public Uri Address => new(App.Urls.First());

    /// <exception cref="DockerUnavailableException">No engine answers and it is not simulated.</exception>
    public static async Task<EmbeddedSystem> Start(EmbeddedOptions options, CancellationToken cancellation)
    {
        if (!options.Simulate)
        {
            await BuildChainImage(cancellation);
        }

        var world = await DevelopmentNetwork.Open(Path.Combine(options.Data, "ethereum"), Clone.Anvil, cancellation);
        try
        {
            await world.Contract.RegisterNodes(options.Nodes, options.FirstPort, cancellation);
            var app = EmbeddedHost.Build(options, world.Rpc, world.Contract.Manager.Address);
            await app.StartAsync(cancellation);
            var system = new EmbeddedSystem(options, world, app);
            await File.WriteAllTextAsync(options.AddressFile, system.Address.ToString(), cancellation);
            return system;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        File.Delete(Options.AddressFile);
        await App.StopAsync(CancellationToken.None);
        await App.DisposeAsync();
        await World.DisposeAsync();
    }

    private static async Task BuildChainImage(CancellationToken cancellation)
    {
        using var engine = new DockerEngine();
        await engine.Ping(cancellation);
        await ScratchImage.Build(engine, Clone.ChainImage, Clone.Tools, cancellation: cancellation);
    }
}
