using System.Collections.Concurrent;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Skale.Contracts;
using Skale.Hosting;
using Skale.Scheduler.Domain;
using Skale.Servers;

namespace Skale.Scheduler.Tests;

/// <summary>The scheduler as it is composed, with a journal and the bus in memory: facts arrive as a bus may deliver them.</summary>
public sealed class FactOrderTests
{
    private const int Prefetch = 8;
    private readonly ConcurrentQueue<ResendFacts> asked = new();

    /// <summary>When set, an ask is answered as ChainWatcher does: with everything up to here.</summary>
    private int lastSent;

    [Fact]
    public async Task facts_out_of_turn_are_recorded_in_their_order()
    {
        await using var app = await Start();
        await Publish(app, 3, 2, 4, 1);
        await Recorded(app, 4);
        await Publish(app, 2, 1, 5);
        await Recorded(app, 5);
    }

    /// <summary>Nobody answers here: what were let go would never come.</summary>
    [Fact]
    public async Task all_that_the_bus_delivers_at_once_may_be_handled_in_any_order()
    {
        await using var app = await Start();
        await Publish(app, [.. Enumerable.Range(1, Prefetch).Reverse()]);
        await Recorded(app, Prefetch);
    }

    [Fact]
    public async Task what_is_missing_is_asked_for_and_the_rest_waits()
    {
        await using var app = await Start();
        await Publish(app, 1, 3, 4);
        await AskedAfter(1);
        Assert.Equal(1, await Log(app).Read(n => n.LastFact));
        await Publish(app, 2);
        await Recorded(app, 4);
    }

    /// <summary>More early facts than the bus delivers unanswered: were they all kept waiting, the missing one could never arrive.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(Prefetch)]
    public async Task a_gap_before_many_facts_is_closed(int prefetch)
    {
        await using var app = await Start(prefetch: prefetch);
        await AskedAfter(0, starts: true);
        lastSent = (10 * Prefetch) + 1;
        await Publish(app, [.. Enumerable.Range(2, lastSent - 1)]);
        await Recorded(app, lastSent);
    }

    [Fact]
    public async Task a_fact_of_another_network_is_refused_and_does_not_move_the_order()
    {
        await using var app = await Start();
        await Bus(app).Publish(Sample.Registered(1) with { Origin = Sample.Origin(1, "other") }, TestContext.Current.CancellationToken);
        await Bus(app).Publish(Sample.Registered(1) with { Origin = Sample.Origin(7, "other") }, TestContext.Current.CancellationToken);
        await Publish(app, 1, 2);
        await Recorded(app, 2);
    }

    /// <summary>U+0000 cannot be stored; the fact comes again in a form that can.</summary>
    [Fact]
    public async Task a_fact_the_log_refuses_does_not_move_the_order()
    {
        await using var app = await Start();
        await Bus(app).Publish(new UnmappedLogSeen(Sample.Origin(1), "0x\0", [], "", null), TestContext.Current.CancellationToken);
        await Publish(app, 2);
        await AskedAfter(0);
        lastSent = 2;
        await Recorded(app, 2);
    }

    [Fact]
    public async Task a_restart_asks_for_what_came_meanwhile()
    {
        var journal = Repository.NewFolder("scheduler");
        await using (var first = await Start(journal))
        {
            await Publish(first, 1, 2, 3);
            await Recorded(first, 3);
        }

        await using var second = await Start(journal);
        await AskedAfter(3);
    }

    private async Task<WebApplication> Start(string? journal = null, int prefetch = Prefetch)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Scheduler:Network"] = Sample.NetworkName,
            ["Store:Journal"] = journal ?? Repository.NewFolder("scheduler"),
            ["Bus:InMemory"] = "true",
            ["Bus:Prefetch"] = $"{prefetch}",
        });
        builder.Services.AddSingleton(new BusEndpoint("watcher").On<ResendFacts>(Answer));

        // MassTransit keeps the logger of the first bus it sees; that of an earlier process here is disposed.
        LogContext.Current = null;
        var app = builder.AddScheduler().AddSkale().Build();
        await app.StartAsync(TestContext.Current.CancellationToken);
        await app.Services.GetRequiredService<IBusControl>().WaitForHealthStatus(BusHealthStatus.Healthy, Wait.Patience);
        return app;
    }

    private async Task Answer(ConsumeContext<ResendFacts> context)
    {
        asked.Enqueue(context.Message);
        for (var number = context.Message.AfterNumber + 1; number <= lastSent; number++)
        {
            await context.Publish(Fact(number));
        }
    }

    private static async Task Publish(WebApplication app, params int[] numbers)
    {
        foreach (var number in numbers)
        {
            await Bus(app).Publish(Fact(number), TestContext.Current.CancellationToken);
        }
    }

    private static ChainTypeAdded Fact(long number) => new(Sample.Origin(number), number, 1, 1);

    private static Task Recorded(WebApplication app, long number) =>
        Wait.Until($"fact {number} to be recorded", async () => await Log(app).Read(n => n.LastFact) == number, Wait.Patience, TestContext.Current.CancellationToken);

    /// <summary>An empty log asks for all facts at its start; that ask alone is not the answer to a gap.</summary>
    private Task AskedAfter(long number, bool starts = false) => Wait.Until(
        $"facts after {number} to be asked for", () => asked.Count(a => a.AfterNumber == number) > (number == 0 && !starts ? 1 : 0), Wait.Patience, TestContext.Current.CancellationToken);

    private static IBus Bus(WebApplication app) => app.Services.GetRequiredService<IBus>();

    private static LogService<Network> Log(WebApplication app) => app.Services.GetRequiredKeyedService<LogService<Network>>(SchedulerSetup.Name);
}
