using System.Globalization;
using Skale.Docker;
using Skale.Servers;

namespace Skale.NodeAgent.Tests;

/// <summary>
/// Real agent processes over a real broker, killed by SIGKILL at random points of random sequences of orders; the engine too, then one of the test's own, since the
/// machine's is shared. Afterwards engine, kernel and disk hold exactly the assignment, and what is somebody else's is as it was.
/// </summary>
public sealed class CrashTests
{
    private const int Nodes = 3;
    private const int Sequences = 100;
    private const int LooksEvery = 9;
    private const int EngineKills = 6;
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task killed_agents_leave_exactly_the_assignment_after_100_random_sequences()
    {
        var seed = NewSeed();
        await using var broker = await RabbitMqServer.Start(Cancellation);
        var address = broker.NewVirtualHost();
        await using var foreign = await Foreign.Make();
        await using var scheduler = await Scheduler(address);
        await Task.WhenAll(Enumerable.Range(0, Nodes).Select(async index =>
        {
            var random = new Random(seed + index);
            await using var node = new OrderedNode(await EngineNode.Open(), scheduler, address, random);
            for (var sequence = index; sequence < Sequences; sequence += Nodes)
            {
                node.Start();
                if (sequence < Nodes || random.Next(4) > 0)
                {
                    await Told(seed, node.Enrolled);
                    await node.GiveOrders();
                    await Wait.For(TimeSpan.FromMilliseconds(random.Next(700)), "the agent to be somewhere in its work");
                }
                else
                {
                    await node.GiveOrders();
                    await Wait.For(TimeSpan.FromMilliseconds(random.Next(1500)), "the agent to be somewhere in its start");
                }

                if (sequence / Nodes % LooksEvery == LooksEvery - 1 || sequence + Nodes >= Sequences)
                {
                    await Told(seed, () => node.Settled());
                }

                await node.Kill();
            }
        }));
        await foreign.IsUntouched();
    }

    [Fact]
    public async Task a_killed_engine_and_killed_agents_leave_exactly_the_assignment()
    {
        var seed = NewSeed();
        var random = new Random(seed);
        await using var engine = await OwnEngine.Start();
        await using var broker = await RabbitMqServer.Start(Cancellation);
        var address = broker.NewVirtualHost();
        await using var foreign = await Foreign.Make(engine.Endpoint);
        await using var scheduler = await Scheduler(address);
        var machine = await EngineNode.Open(engine.Endpoint);
        machine.Firewall = Domain.FirewallPolicy.Default with { Pool = OwnEngine.SubnetPool };
        await using var node = new OrderedNode(machine, scheduler, address, random, ("NodeAgent__SubnetPool", OwnEngine.SubnetPool));
        node.Start();
        await Told(seed, node.Enrolled);
        for (var kill = 0; kill < EngineKills; kill++)
        {
            await node.GiveOrders();
            await Wait.For(TimeSpan.FromMilliseconds(random.Next(1000)), "the agent to be somewhere in its work");
            await engine.Kill();
            if (random.Next(2) == 0)
            {
                await node.Kill();
                node.Start();
            }

            await node.GiveOrders();
            await engine.Restart();
            if (kill % 2 == 1)
            {
                await Told(seed, () => node.Settled(engine.Restarted));
            }
        }

        await foreign.IsUntouched();
    }

    private static int NewSeed()
    {
        var seed = Environment.GetEnvironmentVariable("SKALE_SEED") is { } given ? int.Parse(given, CultureInfo.InvariantCulture) : Random.Shared.Next();
        TestContext.Current.SendDiagnosticMessage("SKALE_SEED={0}", seed);
        TestContext.Current.TestOutputHelper?.WriteLine($"SKALE_SEED={seed}");
        return seed;
    }

    private static async Task Told(int seed, Func<Task> wait)
    {
        try
        {
            await wait();
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"SKALE_SEED={seed}: {e.Message}", e);
        }
    }

    private static Task<AgentProcess> Scheduler(Uri address) => AgentProcess.Start(Repository.NewFolder("none"), [], ("Bus:InMemory", "false"), ("Bus:RabbitMq", $"{address}"));

    /// <summary>Things that look much like ours, and are somebody else's.</summary>
    private sealed class Foreign(DockerServer server, string container, string network, string volume) : IAsyncDisposable
    {
        public static async Task<Foreign> Make(EngineEndpoint? engine = null)
        {
            var server = await DockerServer.Open(engine);
            var labels = server.With((Domain.Label.Network, EngineNode.Network), (Domain.Label.Node, "1"), (Domain.Label.Chain, "c1"));
            var container = await server.Engine.Containers.Create(
                new ContainerSpec { Name = server.Name("c"), Image = await TestImages.Evm(server.Engine), Labels = labels, Command = ["--chain-id", "1"] });
            var volume = (await server.Engine.Volumes.Create(new VolumeSpec { Name = server.Name("v"), Labels = labels })).Name;
            var network = await server.Network("n", isInternal: true);
            return new Foreign(server, container.Id, network, volume);
        }

        public async Task IsUntouched()
        {
            Assert.NotNull(await server.Engine.Containers.Find(container));
            Assert.NotNull(await server.Engine.Networks.Find(network));
            Assert.NotNull(await server.Engine.Volumes.Find(volume));
        }

        public async ValueTask DisposeAsync()
        {
            try
            {
                await server.DisposeAsync();
            }
            catch (DockerUnavailableException)
            {
                // Why it is gone has been thrown already, and must be seen.
            }
        }
    }
}
