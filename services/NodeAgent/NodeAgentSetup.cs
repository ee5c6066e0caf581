using MassTransit;
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
    public static string NameOf(NodeId node) => BusEndpoint.QueueOf(node);

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
        builder.Services.AddHostedService<BusyTimes>();
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
        builder.Services.AddKeyedSingleton(name, (provider, _) => new OrderGate(
            node, provider.GetRequiredService<IOptions<NodeAgentOptions>>().Value.Keys, provider.GetRequiredKeyedService<LogService<Assignment>>(name),
            provider.GetRequiredKeyedService<ReconcileLoop>(name).Wake, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<OrderGate>>()));
        builder.Services.AddSingleton(provider => Queue(name, node, provider.GetRequiredKeyedService<OrderGate>(name)));
        builder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
            name, provider => new EngineAnswers(provider.GetRequiredKeyedService<ReconcileLoop>(name)), HealthStatus.Unhealthy, ["ready"]));
        builder.Services.AddSingleton<IHostedService>(provider => new Heartbeat(
            node, provider.GetRequiredService<Lazy<IBusControl>>(), provider.GetRequiredService<MessageSigner>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<Heartbeat>>()));
        builder.Services.AddSingleton<IHostedService>(provider => new OperatorSocket(provider.GetRequiredKeyedService<ReconcileLoop>(name), SocketOf(node, provider.GetRequiredService<IOptions<NodeAgentOptions>>().Value), provider.GetRequiredService<ILogger<OperatorSocket>>()));
        builder.Services.AddSingleton<IHostedService>(provider => new AgentMeter(provider.GetRequiredKeyedService<ReconcileLoop>(name)));
        builder.Services.AddSingleton<IHostedService>(provider => new ChainMeter(
            provider.GetRequiredKeyedService<ReconcileLoop>(name), provider.GetRequiredKeyedService<IContainerHost>(name), provider.GetRequiredService<TimeProvider>()));
        return builder;
    }

    private static WebApplicationBuilder AddAgentOptions(this WebApplicationBuilder builder)
    {
        if (!builder.Services.Any(s => s.ServiceType == typeof(IConfigureOptions<NodeAgentOptions>)))
        {
            builder.Services.AddCheckedOptions<NodeAgentOptions>(NodeAgentOptions.Section, o => o.Problems());
            builder.Services.AddOptions<ReportOptions>().Configure<IOptions<NodeAgentOptions>>((reports, agent) => (reports.SigningKey, reports.Network) = (agent.Value.IdentityKey, agent.Value.Network));
        }

        return builder;
    }

    private static Place PlaceOf(NodeId node, NodeAgentOptions options) => new(options.Network, node, options.PublishAddress)
    {
        Budget = options.Budget with { MostOpenFiles = KernelLimits.MostOpenFiles() },
        Firewall = options.Firewall,
        HasOverlays = options.HasOverlays,
    };

    private static IContainerHost HostOf(NodeId node, NodeAgentOptions options) => options.Simulate
        ? new SimulatedHost()
        : new DockerHost(PlaceOf(node, options), EngineEndpoint.Parse(options.Engine), SubnetPool.Parse(options.SubnetPool)!, options.StopTimeout, options.VolumeFolder,
            options.Verifier, options.VerifierTimeout);

    private static string SocketOf(NodeId node, NodeAgentOptions options) => OperatorSocket.PathOf(options.SocketFolder, options.Network, node);

    private static BusEndpoint Queue(string name, NodeId node, OrderGate gate) => new BusEndpoint(name) { InOrder = true }
        .OnSent<StartSubnodes>(context => gate.Take(context, order => order.For(node)))
        .On<StartSubnode>($"{node}", gate.Take)
        .On<RemoveSubnode>($"{node}", gate.Take)
        .On<AssignNode>($"{node}", gate.Take);

    private sealed class EngineAnswers(ReconcileLoop loop) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
            loop.EngineTrouble is { } trouble ? HealthCheckResult.Unhealthy($"{trouble} Running chains are left as they are.") : HealthCheckResult.Healthy());
    }
}
