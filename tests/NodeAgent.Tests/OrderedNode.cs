using Skale.Contracts;
using Skale.NodeAgent.Domain;
using Skale.Servers;
using Skale.Servers.Stack;

namespace Skale.NodeAgent.Tests;

/// <summary>A node whose agent is a process of its own, given random orders by a test in the scheduler's place, which knows what the machine must hold in the end.</summary>
internal sealed partial class OrderedNode : IAsyncDisposable
{
    private const long DiskBytes = 16 << 20, NetworkBits = 8_000_000, MostChains = 3;
    private readonly EngineNode node;
    private readonly AgentProcess scheduler;
    private readonly Random random;
    private readonly ServiceProcess agent;
    private readonly Dictionary<string, Subnode> wanted = [];
    private readonly HashSet<string> removals = [];
    private long generation;
    private int made;
    private int answered;
    private string box = "";

    /// <param name="scheduler">Connected to the broker, without an agent.</param>
    public OrderedNode(EngineNode node, AgentProcess scheduler, Uri broker, Random random, params (string Name, string Value)[] options)
    {
        (this.node, this.scheduler, this.random) = (node, scheduler, random);
        agent = new ServiceProcess("NodeAgent", new Dictionary<string, string>(
            options.Select(o => KeyValuePair.Create(o.Name, o.Value)))
        {
            ["Store__Journal"] = node.Journal,
            ["Bus__RabbitMq"] = $"{broker}",
            ["NodeAgent__Network"] = EngineNode.Network,
            ["NodeAgent__NodeId"] = $"{node.Id}",
            ["NodeAgent__Engine"] = $"{node.Engine.Endpoint}",
            ["NodeAgent__VolumeFolder"] = node.Volumes,
            ["NodeAgent__SocketFolder"] = node.Sockets,
            ["NodeAgent__HealthEvery"] = "00:00:01",
            ["NodeAgent__VerifyEvery"] = "00:00:02",
            ["NodeAgent__StopTimeout"] = "00:00:01",
        });
    }

    public void Start() => agent.Start();

    public Task Kill() => agent.Kill();

    /// <summary>Until the agent has said who it is and was told what it is to run.</summary>
    public async Task Enrolled()
    {
        box = await TestImages.Box(node.Engine);
        await Until("to enrol", () => Task.FromResult(Enrolments > answered), answer: false);
    }

    /// <summary>One to three orders: a chain more, a chain less, other peers, other limits, other sidecars.</summary>
    public async Task GiveOrders()
    {
        await Answer();
        for (var order = random.Next(1, 4); order > 0; order--)
        {
            var chain = wanted.Count == 0 ? null : wanted.Keys.Order().ElementAt(random.Next(wanted.Count));
            switch (random.Next(5))
            {
                case 0 when chain is not null:
                    wanted.Remove(chain);
                    removals.Add(chain);
                    await scheduler.Order(node.Remove(chain, ++generation));
                    break;
                case 1 when chain is not null:
                    await Order(wanted[chain] with { Peers = [new Peer(new NodeId(1), $"192.0.2.{random.Next(1, 255)}", 10_000)] });
                    break;
                case 2 when chain is not null:
                    await Order(wanted[chain] with { Limits = wanted[chain].Limits with { MemoryBytes = random.Next(96, 160) << 20 } });
                    break;
                case 3 when chain is not null:
                    await Order(wanted[chain] with { Sidecars = Sidecars() });
                    break;
                default:
                    if (wanted.Count < MostChains)
                    {
                        var subnode = node.Subnode($"c{++made}", 0);
                        await Order(subnode with
                        {
                            Limits = subnode.Limits with { DiskBytes = random.Next(2) * DiskBytes is > 0 and var disk ? disk : null, NetworkBitsPerSecond = NetworkBits },
                            DataParts = random.Next(3) == 0 ? [new("db", 500)] : null,
                        });
                    }

                    break;
            }
        }
    }

    /// <summary>Until engine, kernel and disk hold exactly what was ordered.</summary>
    /// <param name="restartEngine">What an operator does when the agent asks for it.</param>
    public async Task Settled(Func<Task>? restartEngine = null)
    {
        var heeded = agent.Output.Length;
        await Until("to hold what was ordered and nothing else", async () =>
        {
            if (restartEngine is not null && agent.Output.IndexOf(DockerSteps.LostPort, Math.Min(heeded, agent.Output.Length), StringComparison.Ordinal) >= 0)
            {
                heeded = agent.Output.Length;
                await restartEngine();
            }

            return await Differences() is [];
        }, answer: true);
    }

    public async ValueTask DisposeAsync()
    {
        await agent.DisposeAsync();
        await node.DisposeAsync();
    }

    private int Enrolments => scheduler.Reports.OfType<NodeEnrolled>().Count(e => e.Node == node.Id);

    /// <summary>None or one, with other arguments than the last time, perhaps.</summary>
    private Sidecar[]? Sidecars() => random.Next(3) == 0
        ? null
        : [new("beside", box, new(150, 150, 150, 150), ["sh", "-c", $"trap exit TERM; sleep {1_000_000 + random.Next(2)} & wait"])];

    private async Task Order(Subnode subnode)
    {
        var ordered = subnode with { Generation = ++generation };
        wanted[$"{subnode.Chain}"] = ordered;
        await scheduler.Order(node.Start(ordered));
    }

    /// <summary>Whoever enrols or asks is told the whole assignment.</summary>
    private async Task Answer()
    {
        var reports = scheduler.Reports.Where(r => r.Node == node.Id).ToArray();
        foreach (var removed in reports.OfType<SubnodeRemoved>())
        {
            removals.Remove($"{removed.Chain}");
        }

        var asked = reports.Count(r => r is NodeEnrolled or AssignmentRequested);
        if (asked > answered)
        {
            answered = asked;
            await scheduler.Order(new AssignNode(node.Id, generation, [.. wanted.Values], [.. removals.Select(c => new ChainName(c))], DateTimeOffset.UtcNow));
        }
    }

    private async Task Until(string what, Func<Task<bool>> condition, bool answer)
    {
        try
        {
            await Wait.Until($"node {node.Id} {what}", async () =>
            {
                if (answer)
                {
                    await Answer();
                }

                return agent.HasExited ? throw new InvalidOperationException($"its agent ended with {agent.ExitCode}") : await condition();
            }, Wait.Patience);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message} Differences: {string.Join("; ", await Differences())}. Not enforced, as last told: {string.Join("; ", scheduler.Reports.OfType<SubnodeStarted>().LastOrDefault(r => r.Node == node.Id)?.Unenforced ?? [])}. The agent's last words: {agent.Output[^Math.Min(3000, agent.Output.Length)..]}", e);
        }
    }
}
