using System.Collections.Concurrent;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Skale.Contracts;
using Skale.EventStore;
using Skale.Servers;
using static Skale.Hosting.Tests.TallyDecider;

namespace Skale.Hosting.Tests;

/// <summary>A log at work in a process: what it publishes, in which order, how often, and what it does when it cannot.</summary>
public sealed class LogServiceTests(Broker broker)
{
    private readonly ConcurrentQueue<(Guid Id, string Chain, long Position)> heard = new();
    private readonly string journal = Repository.NewFolder("service");

    [Fact]
    public async Task what_is_committed_is_published_in_order_under_its_own_ids()
    {
        await using var process = await Start();
        await CountTo(process, 200);
        await Heard(20);
        var told = (await Stored()).Where(e => e.Type == "tenth_reached").ToArray();
        Assert.Equal(told.Select(e => (e.Id, e.Position)), heard.Select(h => (h.Id, h.Position)));
        Assert.Equal(Enumerable.Range(1, 20).Select(n => $"a-{10 * n}"), heard.Select(h => h.Chain));
    }

    [Fact]
    public async Task a_restart_publishes_nothing_twice_that_was_confirmed()
    {
        await using (var first = await Start())
        {
            await CountTo(first, 20);
            await Heard(2);
            await Wait.Until("the checkpoint to be saved", async () => await Checkpoint() == 23, Wait.Patience, TestContext.Current.CancellationToken);
        }

        await using var second = await Start();
        await CountTo(second, 30);
        await Heard(3);
        Assert.Equal(["a-10", "a-20", "a-30"], heard.Select(h => h.Chain));
    }

    [Fact]
    public async Task the_relay_stops_at_what_it_cannot_publish_and_says_so_and_goes_on_from_there()
    {
        var broken = true;
        await using var process = await Start(announce: e => e is TenthReached { Count: 20 } && Volatile.Read(ref broken) ? throw new InvalidOperationException("No announcement.") : Announce(e));
        await CountTo(process, 30);
        var log = process.Get<LogService<Tally>>("tally");
        await Wait.Until("the trouble to show", () => log.Trouble == "relay at position 23 (tenth_reached): No announcement.", Wait.Patience, TestContext.Current.CancellationToken);
        await Heard(1);
        Assert.Equal(["a-10"], heard.Select(h => h.Chain));
        Assert.True(log.Unpublished > 0);
        Volatile.Write(ref broken, false);
        await Heard(3);
        Assert.Equal(["a-10", "a-20", "a-30"], heard.Select(h => h.Chain));
        await Wait.Until("the trouble to be over", () => log.Trouble is null && log.Unpublished == 0, Wait.Patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task a_rewind_publishes_again_from_there_under_the_same_ids()
    {
        await using var process = await Start();
        await CountTo(process, 30);
        await Heard(3);
        process.Get<LogService<Tally>>("tally").RepublishAfter(12);
        await Heard(5);
        Assert.Equal(["a-10", "a-20", "a-30", "a-20", "a-30"], heard.Select(h => h.Chain));
        Assert.Equal(3, heard.Select(h => h.Id).Distinct().Count());
    }

    [Fact]
    public async Task without_a_broker_the_log_goes_on_and_the_checkpoint_stands_until_confirms_come()
    {
        await using var server = await RabbitMqServer.Start(TestContext.Current.CancellationToken);
        var address = server.NewVirtualHost();
        var queue = new RawQueue(address, "Skale.Contracts:ChainActivated");
        await queue.Bind();
        await using var process = await Start(address, ears: false);
        await CountTo(process, 10);
        var log = process.Get<LogService<Tally>>("tally");
        await Published(log);
        await server.QueueIsOnDisk(address, RawQueue.Name);
        await server.Kill();
        await CountTo(process, 40, from: 11);
        Assert.InRange(log.Unpublished, 23, 45);
        Assert.True(await Checkpoint() < 23, "the checkpoint moved past what no broker has confirmed");
        await server.Restart(TestContext.Current.CancellationToken);
        await Published(log);
        Assert.Equal((await Stored()).Where(e => e.Type == "tenth_reached").Select(e => e.Id), (await queue.Take()).Distinct());
    }

    [Fact]
    public async Task what_waits_since_before_the_start_shows_while_there_is_no_broker()
    {
        await using var server = await RabbitMqServer.Start(TestContext.Current.CancellationToken);
        var address = server.NewVirtualHost();
        await using (var first = await Start(address))
        {
            await CountTo(first, 10);
            await Heard(1);
            await Published(first.Get<LogService<Tally>>("tally"));
        }

        await using (var log = JournalLog.Open(Path.Combine(journal, "tally"), "tally"))
        {
            var last = await log.ReadAll().LastAsync(TestContext.Current.CancellationToken);
            await log.Append([new NewEvent(Guid.NewGuid(), last.Stream, last.Version + 1, last.Type, last.Data, last.At.AddHours(-1))], TestContext.Current.CancellationToken);
        }

        await server.Kill();
        await using var second = await BusProcess.StartWithoutBus(address, journal, services => services.AddLog("tally", _ => Definition()), []);
        var waiting = second.Get<LogService<Tally>>("tally");
        await Wait.Until("the lag to show", () => waiting.PublishLag > TimeSpan.FromMinutes(59), Wait.Patience, TestContext.Current.CancellationToken);
        Assert.InRange(waiting.Unpublished, 1, 3);
    }

    [Fact]
    public async Task what_an_ended_log_did_not_record_goes_back_to_its_queue()
    {
        var address = broker.Server.NewVirtualHost();
        await using (var first = await BusProcess.Start(address, endpoints: new BusEndpoint("inbox").On<ChainActivated>(_ => throw new LogEndedException("tally"))))
        {
            await first.Bus.Publish(new ChainActivated(new("alpha"), DateTimeOffset.UnixEpoch), TestContext.Current.CancellationToken);
            await Wait.Until("the message to be in hand", async () => await RawQueue.Waiting(address, "inbox") == 0, Wait.Patience, TestContext.Current.CancellationToken);
        }

        await using var second = await BusProcess.Start(address, endpoints: new BusEndpoint("inbox").On<ChainActivated>(Hear));
        await Heard(1);
    }

    private Task<BusProcess> Start(Uri? address = null, Func<object, object?>? announce = null, bool ears = true) => BusProcess.Start(
        address ?? broker.Server.NewVirtualHost(), journal, services => services.AddLog("tally", _ => Definition(announce: announce)),
        ears ? [new BusEndpoint("ears") { InOrder = true }.On<ChainActivated>(Hear)] : []);

    private static Task Published(LogService<Tally> log) =>
        Wait.Until("all to be published", () => log.Unpublished == 0, Wait.Patience, TestContext.Current.CancellationToken);

    private Task Hear(ConsumeContext<ChainActivated> context)
    {
        heard.Enqueue((context.MessageId!.Value, context.Message.Chain.Value, context.Headers.Get<long>(BusHeaders.Position) ?? 0));
        return Task.CompletedTask;
    }

    private static async Task CountTo(BusProcess process, int last, int from = 1)
    {
        var log = process.Get<LogService<Tally>>("tally");
        await Task.WhenAll(Enumerable.Range(from, last - from + 1).Select(n => log.Submit(Count("a", n)))).Soon();
    }

    private Task Heard(int count) => Wait.Until($"{count} messages", () => heard.Count >= count, Wait.Patience, TestContext.Current.CancellationToken);

    private async Task<List<StoredEvent>> Stored()
    {
        await using var reader = JournalLog.OpenReader(Path.Combine(journal, "tally"), "tally");
        return await reader.ReadAll(0, TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
    }

    private async Task<long> Checkpoint()
    {
        await using var reader = JournalLog.OpenReader(Path.Combine(journal, "tally"), "tally");
        return await reader.LoadCheckpoint(LogStore.RelayCheckpoint, TestContext.Current.CancellationToken);
    }
}
