using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Skale.Contracts;
using Skale.Docker;
using Skale.Hosting;
using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent;

/// <summary>Puts agents together: each has its own log, queue, engine connection and loop, under the name <c>node-ID</c>.</summary>
public static class NodeAgentSetup
{
    /// <summary>Name of an agent's log and queue.</summary>
    public static string NameOf(NodeId node) => $"node-{node}";

    /// <summary>An agent's log and its rules.</summary>
    public static LogDefinition<Assignment> DefinitionOf(NodeId node) =>
        new(NameOf(node), StoredEvents.Types, new AssignmentDecider(node), StoredEvents.Announce, InputOf: StoredEvents.InputOf);

    /// <summary>The agent of a process of its own: its node's id comes from the options.</summary>
    public static WebApplicationBuilder AddNodeAgent(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IValidateOptions<NodeAgentOptions>>(new ValidateOptions<NodeAgentOptions>(
            null, o => o.NodeId is not null, "NodeAgent:NodeId is missing: the node's index in the contract's registry."));
        builder.Services.AddSingleton<IValidateOptions<StoreOptions>>(new ValidateOptions<StoreOptions>(
            null, o => o.Postgres is null, "Store:Postgres is set; an agent keeps its log in a local journal that outlives the store: set Store:Journal to a folder."));
        return long.TryParse(builder.Configuration[$"{NodeAgentOptions.Section}:{nameof(NodeAgentOptions.NodeId)}"], out var id)
            ? builder.AddNodeAgent(new NodeId(id))
            : builder.AddAgentOptions();
    }

    /// <summary>One of any number of agents in this process.</summary>
    public static WebApplicationBuilder AddNodeAgent(this WebApplicationBuilder builder, NodeId node)
    {
        var name = NameOf(node);
        builder.AddAgentOptions();
        builder.Services.AddLog(name, _ => DefinitionOf(node));
        builder.Services.AddKeyedSingleton(name, (provider, _) => HostOf(node, provider.GetRequiredService<IOptions<NodeAgentOptions>>().Value));
        builder.Services.AddKeyedSingleton(name, (provider, _) => new ReconcileLoop(
            PlaceOf(node, provider.GetRequiredService<IOptions<NodeAgentOptions>>().Value), provider.GetRequiredKeyedService<LogService<Assignment>>(name),
            provider.GetRequiredKeyedService<IContainerHost>(name), provider.GetRequiredService<IOptions<NodeAgentOptions>>().Value, provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ReconcileLoop>>()));
        builder.Services.AddSingleton<IHostedService>(provider => provider.GetRequiredKeyedService<ReconcileLoop>(name));
        builder.Services.AddSingleton(provider => Queue(
            name, node, provider.GetRequiredKeyedService<LogService<Assignment>>(name), provider.GetRequiredKeyedService<ReconcileLoop>(name)));
        builder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
            name, provider => new EngineAnswers(provider.GetRequiredKeyedService<ReconcileLoop>(name)), HealthStatus.Unhealthy, ["ready"]));
        builder.Services.AddSingleton<IHostedService>(provider => new AgentMeter(provider.GetRequiredKeyedService<ReconcileLoop>(name)));
        return builder;
    }

    private static WebApplicationBuilder AddAgentOptions(this WebApplicationBuilder builder)
    {
        if (!builder.Services.Any(s => s.ServiceType == typeof(IConfigureOptions<NodeAgentOptions>)))
        {
            builder.Services.AddCheckedOptions<NodeAgentOptions>(NodeAgentOptions.Section, o => o.Problems());
        }

        return builder;
    }

    private static Place PlaceOf(NodeId node, NodeAgentOptions options) => new(options.Network, node, options.PublishAddress) { Budget = options.Budget with { MostOpenFiles = KernelLimits.MostOpenFiles() } };

    private static IContainerHost HostOf(NodeId node, NodeAgentOptions options) => options.Simulate
        ? new SimulatedHost()
        : new DockerHost(PlaceOf(node, options), EngineEndpoint.Parse(options.Engine), SubnetPool.Parse(options.SubnetPool)!, options.StopTimeout, options.VolumeFolder);

    private static BusEndpoint Queue(string name, NodeId node, LogService<Assignment> log, ReconcileLoop loop)
    {
        return new BusEndpoint(name) { InOrder = true }
            .On<StartSubnode>($"{node}", c => Take(BusEndpoint.InputOf(c)))
            .On<RemoveSubnode>($"{node}", c => Take(BusEndpoint.InputOf(c)))
            .On<AssignNode>($"{node}", c => Take(BusEndpoint.InputOf(c)));

        async Task Take(Input order)
        {
            await log.Submit(order);
            loop.Wake();
        }
    }

    private sealed class EngineAnswers(ReconcileLoop loop) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
            loop.EngineTrouble is { } trouble ? HealthCheckResult.Unhealthy($"{trouble} Running chains are left as they are.") : HealthCheckResult.Healthy());
    }
}
