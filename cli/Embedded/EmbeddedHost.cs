using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Skale.ChainWatcher;
using Skale.Contracts;
using Skale.EventStore;
using Skale.Hosting;
using Skale.Metrics;
using Skale.NodeAgent;
using Skale.Scheduler;

namespace Skale.Cli.Embedded;

/// <summary>All services in this one process: the same as in production, over the in-memory bus and journals.</summary>
internal static class EmbeddedHost
{
    public static WebApplication Build(EmbeddedOptions options, Uri rpc, string contract)
    {
        var (orders, facts) = (Key(options.Keys, "orders"), Key(options.Keys, "facts"));
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ApplicationName = "skale", ContentRootPath = AppContext.BaseDirectory, Args = [SkaleHost.WatchNothing] });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["urls"] = $"http://127.0.0.1:{options.Port}",
            ["Store:Journal"] = options.Logs,
            ["Seal:Keys"] = options.Keys,
            ["Seal:CreateKeys"] = "true",
            ["Seal:Checkpoints"] = options.Checkpoints,
            ["Bus:InMemory"] = "true",
            ["ChainWatcher:Network"] = options.Network,
            ["ChainWatcher:Rpc"] = rpc.ToString(),
            ["ChainWatcher:ContractAddress"] = contract,
            ["ChainWatcher:Finality"] = "latest",
            ["Scheduler:Network"] = options.Network,
            ["Facts:SigningKey"] = facts.File,
            ["Scheduler:WatcherKeys"] = facts.Verifier,
            ["Scheduler:DemandSignedFacts"] = "true",
            ["Orders:SigningKey"] = orders.File,
            ["NodeAgent:SchedulerKeys"] = orders.Verifier,
            ["NodeAgent:DemandSignedOrders"] = "true",
            ["NodeAgent:Network"] = options.Network,
            ["NodeAgent:Development"] = "true",
            ["NodeAgent:Simulate"] = options.Simulate ? "true" : "false",
            ["Metrics:Network"] = options.Network,
            ["Metrics:Simulated"] = options.Simulate ? "true" : "false",
        });
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("MassTransit", LogLevel.Warning).AddFilter("Skale", LogLevel.Warning);
        builder.AddChainWatcher().AddScheduler().AddMetrics();
        for (var node = 0; node < options.Nodes; node++)
        {
            builder.AddNodeAgent(new NodeId(node));
        }

        var app = builder.AddSkale().Build().MapSkale();
        app.MapMetrics().MapScheduler();
        return app;
    }

    /// <summary>A key that messages are signed with; made at the first start.</summary>
    private static (string File, string Verifier) Key(string folder, string name)
    {
        var file = Path.Combine(folder, $"{name}.key");
        if (!File.Exists(file))
        {
            Directory.CreateDirectory(folder);
            using var made = SealingKey.Create($"skale.local/{name}");
            made.Save(file);
        }

        using var key = SealingKey.Load(file);
        return (file, $"{key.Verifier}");
    }
}
