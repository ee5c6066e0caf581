using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Skale.Hosting;

namespace Skale.Bench;

/// <summary>The bench's own place on a broker.</summary>
internal static class BusHost
{
    /// <summary>Not started yet.</summary>
    public static IHost At(Uri address, BusEndpoint endpoint)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.Configure<BusOptions>(o => o.RabbitMq = $"{address}");
        builder.Services.AddSingleton(endpoint);
        builder.Services.AddSkaleBus(new BusOptions { RabbitMq = $"{address}" });
        return builder.Build();
    }
}
