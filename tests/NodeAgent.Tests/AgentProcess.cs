using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Mime;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Skale.Contracts;
using Skale.Hosting;
using Skale.Servers;

namespace Skale.NodeAgent.Tests;

/// <summary>A process with one or more agents, the bus in memory, and the test in the scheduler's place.</summary>
internal sealed class AgentProcess : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<IReport> reports = [];
    private readonly ConcurrentQueue<NodeHeartbeat> heartbeats = [];

    private AgentProcess(WebApplication app) => this.app = app;

    /// <summary>In the order in which they arrived, repeats too.</summary>
    public IReadOnlyList<IReport> Reports => [.. reports];

    public IReadOnlyList<NodeHeartbeat> Heartbeats => [.. heartbeats];

    public IServiceProvider Services => app.Services;

    public static Task<AgentProcess> Start(string journal, IEnumerable<NodeId> nodes, params (string Name, string Value)[] options) => Start(TimeProvider.System, journal, nodes, options);

    public static async Task<AgentProcess> Start(TimeProvider clock, string journal, IEnumerable<NodeId> nodes, params (string Name, string Value)[] options)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddSingleton(clock);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Store:Journal"] = journal,
            ["Bus:InMemory"] = "true",
            ["Urls"] = "http://127.0.0.1:0",
            ["NodeAgent:Network"] = EngineNode.Network,
            ["NodeAgent:HealthEvery"] = "00:00:01",
            ["NodeAgent:StopTimeout"] = "00:00:02",
        });
        builder.Configuration.AddInMemoryCollection(options.Select(o => KeyValuePair.Create(o.Name, (string?)o.Value)));
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Skale", LogLevel.Information);
        AgentProcess? process = null;
        foreach (var node in nodes)
        {
            builder.AddNodeAgent(node);
        }

        builder.Services.AddSingleton(new BusEndpoint("test-scheduler") { InOrder = true }
            .On<NodeHeartbeat>(c => Hear(c.Message)).On<NodeEnrolled>(c => Keep(c.Message)).On<AssignmentRequested>(c => Keep(c.Message))
            .On<SubnodeStarted>(c => Keep(c.Message)).On<SubnodeFailed>(c => Keep(c.Message)).On<SubnodeRemoved>(c => Keep(c.Message))
            .On<BackupTaken>(c => Keep(c.Message)).On<DataRestored>(c => Keep(c.Message)).On<DataWiped>(c => Keep(c.Message)));
        var app = builder.AddSkale().Build();
        // MassTransit remembers the logger of the process, and this test process starts several of ours.
        LogContext.ConfigureCurrentLogContext(app.Services.GetRequiredService<ILoggerFactory>());
        app.MapSkale();
        process = new AgentProcess(app);
        await app.StartAsync();

        // An order that comes before the agent's queue is there is lost, as it may be: agents ask for what they have missed, the test does not answer.
        await app.Services.GetRequiredService<IBusControl>().WaitForHealthStatus(BusHealthStatus.Healthy, Wait.Patience);
        return process;

        Task Keep(IReport report)
        {
            process!.reports.Enqueue(report);
            return Task.CompletedTask;
        }

        Task Hear(NodeHeartbeat heartbeat)
        {
            process!.heartbeats.Enqueue(heartbeat);
            return Task.CompletedTask;
        }
    }

    /// <param name="sign">Sets headers.</param>
    public Task Order<T>(T order, Action<PublishContext>? sign = null)
        where T : class => app.Services.GetRequiredService<IBus>().Publish(order, context => sign?.Invoke(context));

    /// <summary>A body as some other program might send it, straight to an agent's queue.</summary>
    public async Task SendRaw(NodeId node, string body)
    {
        var queue = await app.Services.GetRequiredService<IBus>().GetSendEndpoint(new Uri($"queue:{NodeAgentSetup.NameOf(node)}"));
        await queue.Send(new Raw(), context => context.Serializer = new RawSerializer(body));
    }

    /// <summary>The first report of this kind that fits, once it is there.</summary>
    public async Task<T> Report<T>(string what, Func<T, bool>? fits = null)
        where T : class, IReport
    {
        T? found = null;
        try
        {
            await Wait.Until($"{typeof(T).Name}: {what}", () => (found = reports.OfType<T>().FirstOrDefault(fits ?? (_ => true))) is not null, Wait.Patience);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message} So far: {string.Join("; ", reports)}", e);
        }

        return found!;
    }

    /// <summary>Whether <c>/health/ready</c> says so.</summary>
    public async Task<bool> IsReady()
    {
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri($"{app.Urls.First()}/health/ready"));
        return answer.IsSuccessStatusCode;
    }

    /// <summary>What <c>/health/ready</c> says in detail.</summary>
    public async Task<HealthReport> Health() => await app.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();

    /// <summary>The figures that it shows with just these labels, by name.</summary>
    public IReadOnlyDictionary<string, double> Figures(string labels) => app.Services.GetRequiredService<PrometheusText>().Render().Split('\n')
        .Where(line => line.Contains($"{{{labels}}} ", StringComparison.Ordinal))
        .ToDictionary(line => line[..line.IndexOf('{', StringComparison.Ordinal)], line => double.Parse(line.Split(' ')[^1], CultureInfo.InvariantCulture));

    public async Task<T> Log<T>(NodeId node, Func<Domain.Assignment, T> question) =>
        await app.Services.GetRequiredKeyedService<LogService<Domain.Assignment>>(NodeAgentSetup.NameOf(node)).Read(question);

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    private sealed record Raw;

    private sealed class RawSerializer(string body) : IMessageSerializer
    {
        public ContentType ContentType { get; } = new("application/vnd.masstransit+json");

        public MessageBody GetMessageBody<T>(SendContext<T> context)
            where T : class => new StringMessageBody(body);
    }
}
