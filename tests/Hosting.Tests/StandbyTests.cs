using System.Collections.Concurrent;
using Skale.Contracts;
using Skale.EventStore;
using Skale.Servers;
using static Skale.Hosting.Tests.TallyDecider;

namespace Skale.Hosting.Tests;

/// <summary>Two processes for one log: one works, the other follows it, takes nothing and says nothing, until the first is gone.</summary>
public sealed class StandbyTests(Broker broker)
{
    private const string Inbox = "inbox";
    private readonly string journal = Repository.NewFolder("standby");
    private readonly ConcurrentQueue<string> heard = new();

    [Fact]
    public async Task a_standby_takes_nothing_from_its_queue_until_it_is_its_turn()
    {
        var address = broker.Server.NewVirtualHost();
        var first = await Start(address, "first");
        await first.Bus.Publish(new ChainActivated(new("before"), DateTimeOffset.UnixEpoch), TestContext.Current.CancellationToken);
        await Heard("first: before");
        await using var second = await BusProcess.StartWithoutBus(address, journal, AddTally, [], Queue("second"));
        var standby = second.Get<LogService<Tally>>("tally");
        await Wait.Until("the standby to say so", () => standby.Trouble is { } t && t.StartsWith("standby: ", StringComparison.Ordinal), Wait.Patience, TestContext.Current.CancellationToken);
        for (var i = 0; i < 20; i++)
        {
            await first.Bus.Publish(new ChainActivated(new($"{i}"), DateTimeOffset.UnixEpoch), TestContext.Current.CancellationToken);
        }

        await Wait.Until("20 messages", () => heard.Count == 21, Wait.Patience, TestContext.Current.CancellationToken);
        Assert.All(heard, h => Assert.StartsWith("first: ", h));
        Assert.False(standby.Active.IsCompleted);

        await first.DisposeAsync();
        await standby.Active.Soon();
        await Wait.Until("the trouble to be over", () => standby.Trouble is null, Wait.Patience, TestContext.Current.CancellationToken);
        await second.Bus.Publish(new ChainActivated(new("after"), DateTimeOffset.UnixEpoch), TestContext.Current.CancellationToken);
        await Heard("second: after");
    }

    [Fact]
    public async Task a_standby_follows_the_log_and_goes_on_from_its_end()
    {
        var address = broker.Server.NewVirtualHost();
        var first = await Start(address, "first");
        await using var second = await BusProcess.StartWithoutBus(address, journal, AddTally, []);
        var (active, standby) = (first.Get<LogService<Tally>>("tally"), second.Get<LogService<Tally>>("tally"));
        var waiting = standby.Submit(Count("a", 10));
        await Task.WhenAll(Enumerable.Range(1, 9).Select(n => active.Submit(Count("a", n)))).Soon();

        await Wait.Until("the standby to have followed", () => standby.Position == active.Position && active.Position == 10, Wait.Patience, TestContext.Current.CancellationToken);
        Assert.False(waiting.IsCompleted, "A standby has recorded something.");
        await first.DisposeAsync();
        Assert.Equal(["Counted", "TenthReached"], (await waiting.Soon()).Select(e => e.GetType().Name));
        Assert.Equal(2, await standby.Read(tally => tally.Starts).Soon());
    }

    [Fact]
    public async Task a_log_is_opened_before_services_start_and_given_back_when_they_never_do()
    {
        await using (var process = BusProcess.Make(broker: null, journal, AddTally, []))
        {
            var log = process.Get<LogService<Tally>>("tally");
            await Wait.Until("the log to be open", () => log.Trouble is null, Wait.Patience, TestContext.Current.CancellationToken);
            Assert.False(log.Active.IsCompleted, "It was written before its services were started.");
            Assert.ThrowsAny<LogHeldException>(() => JournalLog.Open(Path.Combine(journal, "tally"), "tally"));
        }

        await JournalLog.Open(Path.Combine(journal, "tally"), "tally").DisposeAsync();
    }

    [Fact]
    public async Task a_log_that_ends_before_what_was_followed_is_folded_anew()
    {
        var writer = new LogWriter<Tally>(Definition(), TimeProvider.System, _ => { });
        await using (var longer = JournalLog.Open(Path.Combine(journal, "longer"), "tally"))
        {
            await longer.Append([Event("a", 1), Event("a", 2)], TestContext.Current.CancellationToken);
            await writer.Follow(longer, CancellationToken.None);
        }

        await using var older = JournalLog.Open(Path.Combine(journal, "older"), "tally");
        await older.Append([Event("a", 1)], TestContext.Current.CancellationToken);
        await writer.Load(older, CancellationToken.None);
        Assert.Equal(1, writer.Position);
    }

    private static NewEvent Event(string key, long version)
    {
        var (type, data) = Types.Serialize(new Counted(key, version));
        return new NewEvent(Guid.NewGuid(), $"key-{key}", version, type, data, DateTimeOffset.UnixEpoch);
    }

    private Task<BusProcess> Start(Uri address, string name) => BusProcess.Start(address, journal, AddTally, Queue(name));

    private static void AddTally(Microsoft.Extensions.DependencyInjection.IServiceCollection services) => services.AddLog("tally", _ => Definition());

    private BusEndpoint Queue(string name) => new BusEndpoint(Inbox).On<ChainActivated>(context =>
    {
        heard.Enqueue($"{name}: {context.Message.Chain.Value}");
        return Task.CompletedTask;
    });

    private Task Heard(string what) => Wait.Until($"'{what}' to be heard", () => heard.Contains(what), Wait.Patience, TestContext.Current.CancellationToken);
}
