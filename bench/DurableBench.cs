using System.Diagnostics;
using System.Globalization;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Skale.Contracts;
using Skale.Ethereum;
using Skale.EventStore;
using Skale.Hosting;
using Skale.Servers;
using Skale.Servers.Stack;

namespace Skale.Bench;

/// <summary>
/// From purchases on the bus to committed events and orders on the bus: a scheduler as a process over PostgreSQL and RabbitMQ, beside as many orders published by
/// MassTransit with no scheduler, one message each, and beside the messages that the scheduler makes of them, one for a chain. All are counted by the same receiver, which only counts, in the queues of the nodes.
/// </summary>
internal static class DurableBench
{
    private const string Network = "bench";

    // A process that still compiles its code is a third slower.
    private const int WarmRounds = 3;
    private const int Rounds = 3;
    private const int GroupSize = 16;
    private const int InFlight = 100;
    private const double LimitRatio = 0.6;
    private const double LimitPerSecond = 3_750;
    private static readonly string Parent = Keccak.HashText("parent");
    private static readonly Contracts.Machine Host = new("host", 16, 64L << 30, 1L << 40, "27.3", "1.47", "Debian 12", false);

    /// <param name="orders">In each round, at most.</param>
    public static async Task Run(int orders)
    {
        Machine.Print($"bench/run durable --events {orders}");
        Console.WriteLine("\n| nodes | orders a round | orders/s, of chains bought on the bus, median | limit | holds | MassTransit alone, a message each, orders/s | ratio | limit | holds | MassTransit alone, a message a chain, orders/s | ratio | scheduler's processor time, ms/order |\n|---|---|---|---|---|---|---|---|---|---|---|---|");
        await using var servers = await StackServers.Start();
        foreach (var nodes in new[] { 100, 1_000, 10_000 })
        {
            await Measure(servers, nodes, orders);
        }

        Console.WriteLine($"\nload average at the end: {Machine.Load()}");
    }

    private static async Task Measure(StackServers servers, int nodes, int orders)
    {
        var database = await servers.Postgres.NewDatabase();
        await PostgresSchema.Migrate(database.Owner, "scheduler", PostgresServer.ServiceRole, PostgresServer.ReaderRole);
        var address = servers.Rabbit.NewVirtualHost();

        // Nobody here starts containers or beats a heart: that must not count as failures.
        await using var scheduler = new ServiceProcess("Scheduler", new Dictionary<string, string>
        {
            ["Scheduler__Network"] = Network,
            ["Scheduler__MemberPatience"] = "01:00:00",
            ["Scheduler__LostAfter"] = "01:00:00",
            ["Store__Postgres"] = database.Service,
            ["Bus__RabbitMq"] = $"{address}",
        });
        scheduler.Start();
        await scheduler.WaitUntilReady();
        var world = new Buyer(nodes);
        using var host = await world.Connect(address);
        await using var counter = await OrderCounter.Open(address, nodes);
        await world.Register();
        var (ours, alone, together, cpu) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        using var process = Process.GetProcessById(scheduler.Id);

        // Of 128 slices a node, nine tenths: nothing waits for room.
        var chains = Math.Min(orders / GroupSize, nodes * 128 / GroupSize / (WarmRounds + Rounds) * 9 / 10);
        for (var round = 0; round < WarmRounds + Rounds; round++)
        {
            var before = process.TotalProcessorTime;
            var bought = await counter.Rate(chains * GroupSize, () => world.Buy(chains));
            process.Refresh();
            var spent = process.TotalProcessorTime - before;
            var published = await counter.Rate(chains * GroupSize, () => world.Publish(chains * GroupSize));
            var grouped = await counter.Rate(chains * GroupSize, () => world.PublishTogether(chains));
            if (round >= WarmRounds)
            {
                ours.Add(bought);
                alone.Add(published);
                together.Add(grouped);
                cpu.Add(spent.TotalMilliseconds / (chains * GroupSize));
            }
        }

        var (rate, bare, bareTogether) = (Median(ours), Median(alone), Median(together));
        Console.WriteLine(Text(
            $"| {nodes:N0} | {chains * GroupSize:N0} | {rate:N0} | {LimitPerSecond:N0} | {Holds(rate > LimitPerSecond)} | {bare:N0} | {rate / bare:0.00} | {LimitRatio} | {Holds(rate >= LimitRatio * bare)} | {bareTogether:N0} | {rate / bareTogether:0.00} | {Median(cpu):0.00} |"));
        await host.StopAsync();
    }

    private static string Holds(bool holds) => holds ? "yes" : "NO";

    private static double Median(List<double> rounds) => rounds.Order().ElementAt(Rounds / 2);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>Stands for ChainWatcher and for the nodes' agents.</summary>
    private sealed class Buyer(int nodes)
    {
        private readonly List<object> facts = [];
        private IBus bus = null!;
        private int bought;

        public async Task<IHost> Connect(Uri address)
        {
            var host = BusHost.At(address, new BusEndpoint("watcher").On<ResendFacts>(asked => All(1, Sent(asked.Message.AfterNumber))));
            await host.StartAsync();
            bus = host.Services.GetRequiredService<IBus>();
            return host;
        }

        public async Task Register()
        {
            await All(1, Enumerable.Range(0, nodes).Select(node => Fact(origin => new NodeRegistered(
                origin, new(node), $"node-{node}", $"0x{node / 10:x40}", $"10.{node >> 16}.{(node >> 8) & 255}.{node & 255}", "10.0.0.1", 10_000, 0, ""))));
            await All(InFlight, Enumerable.Range(0, nodes).Select(node => (object)new NodeEnrolled(new(node), 1, Host, 0, [], DateTimeOffset.UtcNow)));
        }

        public Task Buy(int chains) => All(InFlight, Enumerable.Range(0, chains).Select(_ => ++bought).Select(chain => Fact(origin => new ChainBought(
            origin, new($"chain-{chain}"), Keccak.HashText($"chain-{chain}"), $"0x{chain % 1_000:x40}", 1, GroupSize, TimeSpan.FromDays(365), null))));

        /// <summary>As many orders, without a scheduler.</summary>
        public Task Publish(int orders) => All(InFlight, Enumerable.Range(0, orders).Select(order => (object)new StartSubnode(
            new(order % nodes), order, Subnode(order / GroupSize) with { Peers = Members(order / GroupSize)[1..] }, DateTimeOffset.UtcNow)));

        /// <summary>What the scheduler would send, without one.</summary>
        public Task PublishTogether(int chains) => All(InFlight, Enumerable.Range(0, chains).Select(chain => (object)new StartSubnodes(
            Subnode(chain), [.. Members(chain).Select(m => new NodeOrder(m.Node, chain, 0, 10_000, null))], Members(chain), DateTimeOffset.UtcNow)));

        private static Subnode Subnode(int chain) => new(
            new($"chain-{chain}"), Parent, 0x1234567890abc, 1, 0, 10_000, new SliceLimits(125_000_000, 512 << 20, 256), "skale-evm:1.7.1", chain);

        private Peer[] Members(int chain) => [.. Enumerable.Range(chain * GroupSize, GroupSize).Select(n => n % nodes).Select(n => new Peer(new(n), $"10.0.{n >> 8}.{n & 255}", 10_000))];

        private object Fact(Func<FactOrigin, IFact> make)
        {
            lock (facts)
            {
                var number = facts.Count + 1;
                facts.Add(make(new(Network, number, number, Keccak.HashText($"block {number}"), Parent, DateTimeOffset.UtcNow, Keccak.HashText($"transaction {number}"), 0)));
                return facts[^1];
            }
        }

        private object[] Sent(long after)
        {
            lock (facts)
            {
                return [.. facts.Skip((int)after)];
            }
        }

        private async Task All(int inFlight, IEnumerable<object> messages)
        {
            var underway = new Queue<Task>();
            foreach (var message in messages)
            {
                underway.Enqueue(bus.Publish(message, message.GetType()));
                if (underway.Count >= inFlight)
                {
                    await underway.Dequeue();
                }
            }

            await Task.WhenAll(underway);
        }
    }
}
