using Skale.ChainWatcher.Domain;
using Skale.Contracts;
using Skale.Hosting;

namespace Skale.ChainWatcher;

/// <summary>Puts the watcher together: one log, one queue, one loop.</summary>
public static class ChainWatcherSetup
{
    /// <summary>Name of the log and of the queue.</summary>
    public const string Name = "chainwatcher";

    public static WebApplicationBuilder AddChainWatcher(this WebApplicationBuilder builder)
    {
        builder.Services.AddCheckedOptions<ChainWatcherOptions>("ChainWatcher", o => o.Problems());
        builder.Services.AddLog(Name, _ => new LogDefinition<Watch>(
            Name, StoredEvents.Types, new WatchDecider(), StoredEvents.Announce, IdOf: StoredEvents.IdOf));
        builder.Services.AddSingleton<WatchStatus>();
        builder.Services.AddSingleton<FactResender>();
        builder.Services.AddHostedService<WatchLoop>();
        builder.Services.AddHealthChecks().AddCheck<WatchStatus>(Name, tags: ["ready"]);
        builder.Services.AddSingleton(provider => new BusEndpoint(Name).On<ResendFacts>(provider.GetRequiredService<FactResender>().Take));
        return builder;
    }
}
