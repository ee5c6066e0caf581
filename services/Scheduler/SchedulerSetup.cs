using Microsoft.Extensions.Options;
using Skale.Contracts;
using Skale.Hosting;
using Skale.Scheduler.Domain;

namespace Skale.Scheduler;

/// <summary>Puts the scheduler together: one log, one queue, one clock.</summary>
public static class SchedulerSetup
{
    /// <summary>Name of the log and of the queue.</summary>
    public const string Name = "scheduler";

    public static WebApplicationBuilder AddScheduler(this WebApplicationBuilder builder)
    {
        builder.Services.AddCheckedOptions<SchedulerOptions>("Scheduler", o => o.Problems());
        builder.Services.AddLog(Name, provider =>
        {
            var options = provider.GetRequiredService<IOptions<SchedulerOptions>>().Value;
            return new LogDefinition<Network>(
                Name, StoredEvents.Types, new NetworkDecider(), StoredEvents.Announce,
                (network, now) => new SchedulerStarted(options.Network, network.LastFact, options.Policy, now));
        });
        builder.Services.AddSingleton<FactOrder>();
        builder.Services.AddHostedService<DeadlineLoop>();
        builder.Services.AddSingleton(provider => Queue(provider.GetRequiredKeyedService<LogService<Network>>(Name), provider.GetRequiredService<FactOrder>()));
        return builder;
    }

    private static BusEndpoint Queue(LogService<Network> log, FactOrder facts) => new BusEndpoint(Name)
        .On<NodeRegistered>(c => facts.Take(BusEndpoint.InputOf(c)))
        .On<NodeExitStarted>(c => facts.Take(BusEndpoint.InputOf(c)))
        .On<NodeExitCompleted>(c => facts.Take(BusEndpoint.InputOf(c)))
        .On<NodeMaintenanceChanged>(c => facts.Take(BusEndpoint.InputOf(c)))
        .On<NodeComplianceChanged>(c => facts.Take(BusEndpoint.InputOf(c)))
        .On<NodeAddressChanged>(c => facts.Take(BusEndpoint.InputOf(c)))
        .On<ChainTypeAdded>(c => facts.Take(BusEndpoint.InputOf(c)))
        .On<ChainTypeRemoved>(c => facts.Take(BusEndpoint.InputOf(c)))
        .On<ChainBought>(c => facts.Take(BusEndpoint.InputOf(c)))
        .On<ChainDeleted>(c => facts.Take(BusEndpoint.InputOf(c)))
        .On<UnmappedLogSeen>(c => facts.Take(BusEndpoint.InputOf(c)))
        .Into<NodeEnrolled, Network>(log)
        .Into<AssignmentRequested, Network>(log)
        .Into<SubnodeStarted, Network>(log)
        .Into<SubnodeFailed, Network>(log)
        .Into<SubnodeRemoved, Network>(log);
}
