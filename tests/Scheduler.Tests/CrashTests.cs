using System.Collections.Concurrent;
using MassTransit;
using RabbitMQ.Client;
using Skale.Contracts;
using Skale.EventStore;
using Skale.Hosting;
using Skale.Scheduler.Domain;
using Skale.Servers;
using Skale.Servers.Stack;

namespace Skale.Scheduler.Tests;

/// <summary>The real process over a real broker, killed at random moments between receiving, committing, publishing and remembering that it published.</summary>
public sealed class CrashTests
{
    private const int Nodes = 4;
    private const int Kills = 6;
    private const int PerRound = 60;
    private const int Chains = PerRound * (Kills + 1);
    private const string Spy = "spy";
    private static readonly string[] Queues = [Spy, .. Enumerable.Range(1, Nodes).Select(node => BusEndpoint.QueueOf(new(node)))];
    private readonly string store = Repository.NewFolder("crash");
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task what_is_published_is_what_is_committed_and_nothing_is_done_twice()
    {
        var seed = Environment.GetEnvironmentVariable("SKALE_SEED") is { } text ? int.Parse(text, null) : Random.Shared.Next();
        TestContext.Current.SendDiagnosticMessage("SKALE_SEED={0}", seed);
        var random = new Random(seed);
        await using var broker = await RabbitMqServer.Start(Cancellation);
        var address = broker.NewVirtualHost();
        await using var connection = await new ConnectionFactory { Uri = address }.CreateConnectionAsync(Cancellation);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Cancellation);
        await Listen(channel);

        await using var scheduler = new ServiceProcess("Scheduler", new Dictionary<string, string>
        {
            ["Scheduler__Network"] = Sample.NetworkName,
            ["Store__Journal"] = store,
            ["Store__SnapshotEvery"] = "40", // so that it is also killed while it writes one
            ["Bus__RabbitMq"] = address.ToString(),
        });
        scheduler.Start();
        await scheduler.WaitUntilReady();
        await using var bus = await Sender(address);
        await SendNodes(bus);
        for (var round = 0; round <= Kills; round++)
        {
            var enough = (await Committed("group_chosen")).Count + 1 + random.Next(PerRound);
            await SendChains(bus, round);
            await Wait.Until(
                $"progress in round {round} (SKALE_SEED={seed})",
                async () => (await Committed("group_chosen")).Count >= enough && (await Committed("scheduler_started")).Count == round + 1, Wait.Patience, Cancellation);
            if (round < Kills)
            {
                await scheduler.Kill();
                scheduler.Start();
            }
        }

        await Wait.Until($"all chains to be placed (SKALE_SEED={seed})", async () => (await Committed("group_chosen")).Count == Chains, Wait.Patience, Cancellation);
        var chosen = await Committed("group_chosen");
        var ordered = await Committed("subnodes_ordered");
        var committed = chosen.Select(e => (Spy, e.Id)).Concat(ordered.SelectMany(e => ((SubnodesOrdered)StoredEvents.Types.Deserialize(e)).Orders.Select(o => (BusEndpoint.QueueOf(o.Node), e.Id)))).ToHashSet();
        var published = new List<(string Queue, Guid Id)>();
        await Wait.Until($"all to be published (SKALE_SEED={seed})", async () =>
        {
            published.AddRange(await Take(channel));
            return committed.IsSubsetOf(published);
        }, Wait.Patience, Cancellation);

        Assert.True(File.Exists(Path.Combine(store, SchedulerSetup.Name, "snapshot")), "no snapshot was ever saved");
        Assert.Equal(committed.Order(), published.Distinct().Order());
        Assert.Equal(Chains, ordered.Count);
        Assert.Equal(Kills + 1, (await Committed("scheduler_started")).Count);
        Assert.All((await Committed("group_chosen")).GroupBy(e => e.Stream), chain => Assert.Single(chain));
    }

    private static async Task SendNodes(Bus bus)
    {
        for (var node = 1; node <= Nodes; node++)
        {
            await bus.Tell(Sample.Registered(node) with { Origin = Sample.Origin(node) });
            await bus.Control.Publish(Sample.Enrolled(node), Cancellation);
        }
    }

    private static async Task SendChains(Bus bus, int round)
    {
        for (var chain = 1 + (round * PerRound); chain <= (round + 1) * PerRound; chain++)
        {
            await bus.Tell(Sample.Bought($"chain{chain}", slices: 0, groupSize: 2) with { Origin = Sample.Origin(Nodes + chain) });
        }
    }

    private static async Task Listen(IChannel channel)
    {
        foreach (var queue in Queues)
        {
            await channel.QueueDeclareAsync(
                queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" }, cancellationToken: Cancellation);
        }

        await channel.ExchangeDeclareAsync("Skale.Contracts:ChainPlaced", "fanout", durable: true, cancellationToken: Cancellation);
        await channel.QueueBindAsync(Spy, "Skale.Contracts:ChainPlaced", "", cancellationToken: Cancellation);
    }

    private static async Task<List<(string Queue, Guid Id)>> Take(IChannel channel)
    {
        var taken = new List<(string Queue, Guid Id)>();
        foreach (var queue in Queues)
        {
            while (await channel.BasicGetAsync(queue, autoAck: true, Cancellation) is { } message)
            {
                taken.Add((queue, Guid.Parse(message.BasicProperties.MessageId!)));
            }
        }

        return taken;
    }

    private async Task<List<StoredEvent>> Committed(params string[] types)
    {
        await using var reader = JournalLog.OpenReader(Path.Combine(store, SchedulerSetup.Name));
        return await reader.ReadAll(0, Cancellation).Where(e => types.Contains(e.Type)).ToListAsync(Cancellation);
    }

    private static async Task<Bus> Sender(Uri address)
    {
        // MassTransit keeps the logger of the first bus it sees; that of an earlier process here is disposed.
        LogContext.Current = null;
        var told = new ConcurrentQueue<IFact>();
        var control = MassTransit.Bus.Factory.CreateUsingRabbitMq(bus =>
        {
            bus.Host(address);
            bus.ReceiveEndpoint("resend", e => e.Handler<ResendFacts>(async context =>
            {
                foreach (var fact in told.Where(f => f.Origin.Number > context.Message.AfterNumber))
                {
                    await context.Publish((object)fact, Cancellation);
                }
            }));
        });
        await control.StartAsync(Cancellation);
        return new Bus(control, told);
    }

    /// <summary>What facts come from, as ChainWatcher is: asked for those behind a number, it tells them again.</summary>
    private sealed record Bus(IBusControl Control, ConcurrentQueue<IFact> Told) : IAsyncDisposable
    {
        public async Task Tell(IFact fact)
        {
            Told.Enqueue(fact);
            await Control.Publish((object)fact, Cancellation);
        }

        public async ValueTask DisposeAsync() => await Control.StopAsync(CancellationToken.None);
    }
}
