using Microsoft.Extensions.Options;
using Skale.Contracts;
using Skale.Hosting;
using Skale.Scheduler.Api;
using Skale.Scheduler.Domain;

namespace Skale.Scheduler;

/// <summary>Puts the scheduler together: one log, one queue, one clock.</summary>
public static class SchedulerSetup
{
    /// <summary>Name of the log and of the queue.</summary>
    public const string Name = "scheduler";

    /// <summary>The log and its rules, whatever the options: they are recorded at every start.</summary>
    public static LogDefinition<Network> Definition { get; } = new(
        Name, StoredEvents.Types, new NetworkDecider(), StoredEvents.Announce, InputOf: stored => StoredEvents.IsInput(stored) ? stored : null, Snapshots: new NetworkCodec());

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
        builder.Services.AddSchedulerDocument();
        builder.Services.AddSingleton<PresenceLoop>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<PresenceLoop>());
        builder.Services.AddSingleton<AgentKeys>();
        builder.Services.AddSingleton<ReportGate>();
        builder.Services.AddSingleton<FactGate>();
        builder.Services.AddSingleton(provider => Queue(provider.GetRequiredService<FactGate>(), provider.GetRequiredService<ReportGate>()));
        return builder;
    }

    /// <summary>Maps the API under <c>/v1</c> and its document at <c>/openapi/v1.json</c>; nothing when the options are wrong.</summary>
    public static WebApplication MapScheduler(this WebApplication app)
    {
        if (SkaleHost.CanStart(app))
        {
            SchedulerApi.Map(app);
            app.MapOpenApi();
        }

        return app;
    }

    private static BusEndpoint Queue(FactGate facts, ReportGate reports) => new BusEndpoint(Name)
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
        .On<ManagerDiffers>(facts.TakeDifference)
        .On<ManagerDifferenceGone>(facts.TakeDifference)
        .On<NodeHeartbeat>(reports.Hear)
        .On<NodeEnrolled>(reports.Take)
        .On<AssignmentRequested>(reports.Take)
        .On<SubnodeStarted>(reports.Take)
        .On<SubnodeFailed>(reports.Take)
        .On<SubnodeRemoved>(reports.Take)
        .On<BackupTaken>(reports.Take)
        .On<DataRestored>(reports.Take)
        .On<DataWiped>(reports.Take);
}
