using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Skale.Contracts;
using Skale.Docker;
using Skale.Ethereum;
using Skale.Hosting;
using Skale.Servers;
using Skale.Servers.Stack;

namespace Skale.Bench.Agent;

/// <summary>One agent as a process on this machine's Docker Engine, over a real broker, and the bench in the scheduler's place.</summary>
internal sealed class AgentWorld : IAsyncDisposable
{
    public const string Network = "bench";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private readonly ConcurrentQueue<IReport> reports = [];
    private readonly string folder = Repository.NewFolder("agent-bench");
    private readonly RabbitMqServer broker;
    private readonly DockerServer docker;
    private readonly ServiceProcess agent;
    private readonly IHost host;
    private readonly string evm;
    private long generation;

    private AgentWorld(RabbitMqServer broker, DockerServer docker, string evm, string box)
    {
        (this.broker, this.docker, this.evm, Box) = (broker, docker, evm, box);
        var address = broker.NewVirtualHost();
        agent = new ServiceProcess("NodeAgent", new Dictionary<string, string>
        {
            ["Store__Journal"] = Path.Combine(folder, "journal"),
            ["Bus__RabbitMq"] = $"{address}",
            ["NodeAgent__Network"] = Network,
            ["NodeAgent__NodeId"] = $"{Node}",
            ["NodeAgent__VolumeFolder"] = Path.Combine(folder, "volumes"),
            ["NodeAgent__SocketFolder"] = Path.Combine(folder, "run"),

            // Many chains that start at once on few processors answer late; that is no failure here.
            ["NodeAgent__StartPatience"] = "00:10:00",
        });
        host = BusHost.At(address, new BusEndpoint("bench")
            .On<NodeEnrolled>(c => Keep(c.Message)).On<SubnodeStarted>(c => Keep(c.Message)).On<SubnodeFailed>(c => Keep(c.Message)).On<SubnodeRemoved>(c => Keep(c.Message)));
    }

    public NodeId Node { get; } = new(Random.Shared.NextInt64(1_000_000_000, 1L << 53));

    public DockerEngine Engine => docker.Engine;

    /// <summary>An image with busybox in it.</summary>
    public string Box { get; }

    public static async Task<AgentWorld> Start()
    {
        var docker = await DockerServer.Open();
        var world = new AgentWorld(await RabbitMqServer.Start(), docker, await TestImages.Evm(docker.Engine), await TestImages.Box(docker.Engine));
        try
        {
            await world.host.StartAsync();
            world.agent.Start();
            await world.Until<NodeEnrolled>("the agent to enrol", _ => true);
            await world.Send(new AssignNode(world.Node, ++world.generation, [], [], DateTimeOffset.UtcNow));
            return world;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    /// <summary>What is ordered; the slot says which ports.</summary>
    public Subnode Subnode(string chain, int slot, double processors = 0.25) => new(
        new(chain), Keccak.HashText(chain), 1_000_000 + slot, 1, slot, 10_000 + (slot * Contracts.Subnode.PortsPerSlot),
        new SliceLimits((long)(processors * 1e9), 160 << 20, 256), evm, ++generation);

    public Task Send<T>(T order)
        where T : class => host.Services.GetRequiredService<IBus>().Publish(order);

    public Task Order(Subnode subnode) => Send(new StartSubnode(Node, subnode.Generation, subnode, DateTimeOffset.UtcNow));

    public Task Started(Subnode subnode) => Until<SubnodeStarted>($"{subnode.Chain} to start", r => r.Chain == subnode.Chain && r.Generation == subnode.Generation);

    public async Task Remove(params IReadOnlyList<Subnode> subnodes)
    {
        var removals = new List<(ChainName Chain, long Generation)>();
        foreach (var subnode in subnodes)
        {
            removals.Add((subnode.Chain, ++generation));
            await Send(new RemoveSubnode(Node, generation, subnode.Chain, DateTimeOffset.UtcNow));
        }

        foreach (var (chain, removal) in removals)
        {
            await Until<SubnodeRemoved>($"{chain} to be removed", r => r.Chain == chain && r.Generation == removal);
        }
    }

    /// <summary>How busy the agent and the programs that it runs are for so long, in processors, and its resident memory in each second of that, in units of 1,000,000 bytes.</summary>
    public async Task<(double Processors, IReadOnlyList<double> Megabytes)> Rest(TimeSpan time)
    {
        var (before, clock, megabytes) = (ProcessorTime(), Stopwatch.StartNew(), new List<double>());
        while (clock.Elapsed < time)
        {
            await Task.Delay(TimeSpan.FromSeconds(1));
            megabytes.Add(1024 / 1e6 * double.Parse(
                File.ReadLines($"/proc/{agent.Id}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture));
        }

        return ((ProcessorTime() - before) / clock.Elapsed, megabytes);
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
        await agent.DisposeAsync();
        await DockerCleanUp.RemoveAll(Network);
        await docker.DisposeAsync();
        await broker.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Of the agent and of what it has run and waited for; see proc(5).</summary>
    public TimeSpan ProcessorTime()
    {
        const int BehindName = 11, Figures = 4, TicksPerSecond = 100;
        var stat = File.ReadAllText($"/proc/{agent.Id}/stat");
        return TimeSpan.FromSeconds(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[BehindName..(BehindName + Figures)].Sum(t => long.Parse(t, CultureInfo.InvariantCulture)) / (double)TicksPerSecond);
    }

    private Task Keep(IReport report)
    {
        reports.Enqueue(report);
        return Task.CompletedTask;
    }

    private async Task Until<T>(string what, Func<T, bool> fits)
        where T : IReport
    {
        await Wait.Until(what, () => agent.HasExited || reports.OfType<T>().Any(fits), Patience);
        if (agent.HasExited)
        {
            throw new InvalidOperationException($"The agent ended with {agent.ExitCode}: {agent.Output}");
        }
    }
}
