using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Skale.Contracts;
using Skale.EventStore;
using Skale.Hosting;
using Skale.NodeAgent.Domain;
using Skale.Servers;

namespace Skale.NodeAgent.Tests;

/// <summary>An hour without the bus, on a clock that runs a hundred times as fast; the broker is a real one, killed and started again. Nothing else runs meanwhile: it measures what piles up.</summary>
[Collection(nameof(Alone))]
public sealed class HourWithoutBusTests : IAsyncLifetime
{
    private const int Pace = 100, Chains = 128, Flaps = 20;
    private const long MostBytesPiledUp = 24 << 20;
    private readonly string folder = Repository.NewFolder("hour");
    private readonly TestClock clock = new(Pace);
    private RabbitMqServer broker = null!;
    private AgentProcess agent = null!;
    private long ordered = 1;

    private LogService<Assignment> Log => agent.Services.GetRequiredKeyedService<LogService<Assignment>>(NodeAgentSetup.NameOf(Some.Node));

    private string KeyFile => Path.Combine(folder, "orders.key");

    public async ValueTask InitializeAsync()
    {
        using var key = SealingKey.Create("test/orders");
        key.Save(KeyFile);
        broker = await RabbitMqServer.Start(TestContext.Current.CancellationToken);
        var address = broker.NewVirtualHost();
        agent = await AgentProcess.Start(
            clock, Path.Combine(folder, "journal"), [Some.Node], ("Bus:InMemory", "false"), ("Bus:RabbitMq", $"{address}"), ("NodeAgent:Simulate", "true"), ("NodeAgent:Development", "true"),
            ("NodeAgent:DemandSignedOrders", "true"), ("NodeAgent:SchedulerKeys", $"{key.Verifier}"), ("NodeAgent:HealthEvery", "00:00:30"));
        await broker.QueueIsOnDisk(address, "test-scheduler");
        await broker.QueueIsOnDisk(address, NodeAgentSetup.NameOf(Some.Node));
    }

    public async ValueTask DisposeAsync()
    {
        await agent.DisposeAsync();
        await broker.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task what_happened_meanwhile_arrives_in_order_and_once_and_chains_whose_orders_have_expired_run_on()
    {
        await Order(Some.Assign(1, Enumerable.Range(0, Chains).Select(i => Subnode(i, 1))));
        await Settled();
        Assert.True(await agent.IsReady());
        var (said, since, steps) = (agent.Reports.Count, clock.GetUtcNow(), await Told(Started));
        var bytes = GC.GetTotalMemory(forceFullCollection: true);

        await broker.Kill();
        await Wait.Until("the agent to say that it is not ready, though it has nothing to tell", async () => !await agent.IsReady(), Wait.Patience);
        for (var flap = 1; flap <= Flaps; flap++)
        {
            await Task.WhenAll(Enumerable.Range(0, Chains).Select(i => Submit(new SubnodeFails(Subnode(i, 1).Chain, 1, $"flap {flap}"))));
            await Wait.Until($"all chains answer after flap {flap}", async () => await agent.Log(Some.Node, a => a.Standings.Values.All(s => s.Condition == SubnodeCondition.Running)), Wait.Patience);
        }

        await Wait.Until("an hour to be over", () => clock.GetUtcNow() - since > TimeSpan.FromHours(1), Wait.Patience);
        Assert.False(await agent.IsReady());
        Assert.Equal(said, agent.Reports.Count);
        var piledUp = GC.GetTotalMemory(forceFullCollection: true) - bytes;
        var (heard, back) = (agent.Heartbeats.Count, clock.GetUtcNow());

        await broker.Restart(TestContext.Current.CancellationToken);
        await Settled();
        var repeats = agent.Reports.Count - agent.Reports.Select(r => r.Report).Distinct().Count();
        TestContext.Current.TestOutputHelper?.WriteLine($"{agent.Reports.Count - said} reports of the hour, {repeats} of them repeats; {piledUp >> 10} KiB more in memory at its end.");
        Assert.True(agent.Reports.Count - said >= 2 * Chains * Flaps);
        Assert.Equal((steps + (Chains * Flaps), Chains * Flaps), (await Told(Started), await Told(r => r is SubnodeFailed)));
        Assert.True(piledUp < MostBytesPiledUp, $"{piledUp} bytes more are in memory after the hour.");
        await Wait.Until("the agent to be ready again", agent.IsReady, Wait.Patience);
        await Wait.Until("to hear again that the agent lives", () => agent.Heartbeats.Count > heard, Wait.Patience);
        Assert.DoesNotContain(agent.Heartbeats.Skip(heard), h => h.At < back - (2 * NodeHeartbeat.Every));

        // An order of an hour ago is refused and asked for anew, and those of today are followed.
        await Order(new StartSubnode(Some.Node, 2, Subnode(Chains, 2), Some.Time), signedAt: since);
        await agent.Report<AssignmentRequested>("what the expired order said");
        await Order(Some.Assign(2, Enumerable.Range(0, Chains + 1).Select(i => Subnode(i, i < Chains ? 1 : 2))));
        await agent.Report<SubnodeStarted>("the newcomer", r => r.Generation == 2);
        await Settled();
        Assert.Equal(steps + (Chains * Flaps) + 1, await Told(Started));

        static bool Started(IReport report) => report is SubnodeStarted;
    }

    /// <summary>Each chain in a slot of its own.</summary>
    private static Subnode Subnode(int index, long generation) => Some.Subnode($"c{index}", generation, index);

    private async Task Submit(object observation) => await Log.Submit(new Input(observation, EventId.Of($"test/{Interlocked.Increment(ref ordered)}")));

    /// <summary>Until every report has arrived, the first of each number in the order of the numbers.</summary>
    private async Task Settled()
    {
        await Wait.Until("all chains to run", async () => await agent.Log(Some.Node, a => !a.Subnodes.IsEmpty && a.Standings.Values.All(s => s.Condition == SubnodeCondition.Running)), Wait.Patience);
        var last = await agent.Log(Some.Node, a => a.LastReport);
        await Wait.Until($"report {last} to arrive", () => agent.Reports.Any(r => r.Report == last), Wait.Patience);
        var numbers = agent.Reports.Select(r => r.Report).Distinct().ToArray();
        Assert.Equal(Enumerable.Range(1, numbers.Length).Select(n => (long)n), numbers);
        Assert.All(agent.Reports.GroupBy(r => r.Report), same => Assert.Single(same.Select(r => $"{r}").Distinct()));
    }

    /// <summary>How many of such reports are in the agent's own log.</summary>
    private async Task<int> Told(Func<IReport, bool> such)
    {
        var count = 0;
        await foreach (var stored in (await Log.Log).ReadAll())
        {
            count += StoredEvents.Types.Deserialize(stored) is IReport report && such(report) ? 1 : 0;
        }

        return count;
    }

    private Task Order<T>(T order, DateTimeOffset? signedAt = null)
        where T : class => agent.Order(order, context =>
        {
            var signing = new TestClock();
            signing.Jump((signedAt ?? clock.GetUtcNow()) - signing.GetUtcNow());
            using var signer = new MessageSigner(Options.Create(new OrderOptions { SigningKey = KeyFile, ValidFor = TimeSpan.FromMinutes(1) }), Options.Create(new ReportOptions()), Options.Create(new FactOptions()), signing);
            signer.Sign(context, order);
        });
}

/// <summary>Tests that nothing else may run beside.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
