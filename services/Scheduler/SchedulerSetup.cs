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

    /// <summary>The log and its rules, whatever the options: they are recorded at every start.</summary>
    public static LogDefinition<Network> Definition { get; } = new(
        Name, StoredEvents.Types, new NetworkDecider(), StoredEvents.Announce, InputOf: stored => StoredEvents.IsInput(stored) ? stored : null);

    public static WebApplicationBuilder AddScheduler(this WebApplicationBuilder builder)
    {
        builder.Services.AddCheckedOptions<SchedulerOptions>("Scheduler", o => o.Problems());
        builder.Services.AddLog(Name, provider =>
        {
            var options = provider.GetRequiredService<IOptions<SchedulerOptions>>().Value;
            return Definition with { OnStart = (network, now) => new SchedulerStarted(options.Network, network.LastFact, options.Policy, now) };
        });
        builder.Services.AddSingleton<FactOrder>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<FactOrder>());
        builder.Services.AddHostedService<DeadlineLoop>();
        builder.Services.AddSingleton(provider => Queue(provider.GetRequiredKeyedService<LogService<Network>>(Name), provider.GetRequiredService<FactOrder>()));
        return builder;
    }

    private static BusEndpoint Queue(LogService<Network> log, FactOrder facts) => new BusEndpoint(Name)
        .On<NodeRegistered>(facts.Take)
        .On<NodeExitStarted>(facts.Take)
        .On<NodeExitCompleted>(facts.Take)
        .On<NodeMaintenanceChanged>(facts.Take)
        .On<NodeComplianceChanged>(facts.Take)
        .On<NodeAddressChanged>(facts.Take)
        .On<ChainTypeAdded>(facts.Take)
        .On<ChainTypeRemoved>(facts.Take)
        .On<ChainBought>(facts.Take)
        .On<ChainDeleted>(facts.Take)
        .On<ChainRotated>(facts.Take)
        .On<RotationDelaySkipped>(facts.Take)
        .On<KeyCeremonyStarted>(facts.Take)
        .On<KeyShareBroadcast>(facts.Take)
        .On<KeyDataReceived>(facts.Take)
        .On<KeyCeremonyCompleted>(facts.Take)
        .On<KeyCeremonyFailed>(facts.Take)
        .On<KeyComplaintSent>(facts.Take)
        .On<KeyComplaintRejected>(facts.Take)
        .On<ConstantChanged>(facts.Take)
        .On<IpRangeAdded>(facts.Take)
        .On<IpRangeRemoved>(facts.Take)
        .On<ContractUpgraded>(facts.Take)
        .On<ManagerVersionChanged>(facts.Take)
        .On<BountyReceived>(facts.Take)
        .On<UnmappedLogSeen>(facts.Take)
        .On<FactsRetracted>(facts.Take)
        .Into<NodeEnrolled, Network>(log)
        .Into<AssignmentRequested, Network>(log)
        .Into<SubnodeStarted, Network>(log)
        .Into<SubnodeFailed, Network>(log)
        .Into<SubnodeRemoved, Network>(log);
}
