using System.Collections.Concurrent;
using MassTransit;
using Microsoft.Extensions.Options;
using Skale.Contracts;
using Skale.Ethereum;
using Skale.EventStore;
using Skale.Hosting;
using Skale.Servers;
using Skale.Servers.Stack;

namespace Skale.Story.Tests;

/// <summary>Who has the broker's password and not ChainWatcher's key cannot have a chain started; ChainWatcher can, also with a new key.</summary>
public sealed class SignedFactTests(StackFixture fixture) : IAsyncLifetime
{
    private readonly string folder = Repository.NewFolder("facts");
    private readonly Dictionary<string, Dictionary<string, string>> settings = [];
    private SmallStack small = null!;

    private SkaleStack Stack => small.Stack;

    public async ValueTask InitializeAsync()
    {
        foreach (var name in (string[])["facts", "next", "made-up"])
        {
            await SkaleCommand.Output("audit", "keygen", "--out", FileOf(name), "--name", "test/facts");
        }

        small = await SmallStack.Start(fixture, Settings);
    }

    public async ValueTask DisposeAsync()
    {
        await (small?.DisposeAsync() ?? ValueTask.CompletedTask);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task a_chain_is_bought_when_chainwatcher_says_so_and_by_nobody_else_on_the_bus()
    {
        var bought = new ConcurrentDictionary<string, (ChainBought Fact, string Note)>();
        var bus = Bus.Factory.CreateUsingRabbitMq(rabbit =>
        {
            rabbit.Host(new Uri(Stack.BusAddress));
            rabbit.ReceiveEndpoint(e => e.Handler<ChainBought>(c =>
            {
                bought[c.Message.Chain.Value] = (c.Message, c.Headers.Get<string>(BusHeaders.Fact)!);
                return Task.CompletedTask;
            }));
        });
        await bus.StartAsync();
        try
        {
            await small.Buy("alpha", SmallStack.FourSlices);
            await small.WaitForPhase("alpha", "active");
            await small.WaitFor("the purchase on the bus", () => Task.FromResult(bought.ContainsKey("alpha")));

            // Without a signature, with that of another fact, and with that of a key made up.
            var evil = Next(bought["alpha"].Fact);
            await bus.Publish(evil);
            await bus.Publish(evil, context => context.Headers.Set(BusHeaders.Fact, bought["alpha"].Note));
            await bus.Publish(evil, context => Sign(context, evil, "made-up"));
            await small.WaitFor("three facts in the scheduler's error queue", async () => await small.Refused() == 3);
            var metrics = await Stack.Scheduler.GetText("/metrics");
            Assert.Contains("skale_scheduler_facts_refused_total{fault=\"unsigned\"} 1", metrics, StringComparison.Ordinal);
            Assert.Contains("skale_scheduler_facts_refused_total{fault=\"forged\"} 2", metrics, StringComparison.Ordinal);
            Assert.Contains("Not believed, in the name of ChainWatcher: ChainBought", Stack.Scheduler.Output, StringComparison.Ordinal);
            Assert.Null(await small.Chain("evil"));

            // A new key, in the order that docs/operations.md has.
            await Restart(Stack.Scheduler, "Scheduler__WatcherKeys", $"{KeyOf("facts")}, {KeyOf("next")}");
            await Restart(Stack.ChainWatcher, "Facts__SigningKey", FileOf("next"));
            await Restart(Stack.Scheduler, "Scheduler__WatcherKeys", $"{KeyOf("next")}");
            await small.Buy("beta", SmallStack.FourSlices);
            await small.WaitForPhase("beta", "active");
            await small.WaitFor("the purchase on the bus", () => Task.FromResult(bought.ContainsKey("beta")));

            // The signature alone was missing.
            var last = Next(bought["beta"].Fact);
            await bus.Publish(last, context => Sign(context, last, "next"));
            await small.WaitForPhase("evil", "active");
        }
        finally
        {
            await bus.StopAsync();
        }
    }

    /// <summary>As the contract would say it next.</summary>
    private static ChainBought Next(ChainBought fact) => fact with
    {
        Origin = fact.Origin with { Number = fact.Origin.Number + 1, LogIndex = fact.Origin.LogIndex + 1 },
        Chain = new("evil"),
        ChainHash = Keccak.HashText("evil"),
    };

    private void Sign(PublishContext context, ChainBought fact, string key)
    {
        using var signer = new MessageSigner(Options.Create(new OrderOptions()), Options.Create(new ReportOptions()), Options.Create(new FactOptions { SigningKey = FileOf(key) }), TimeProvider.System);
        signer.Sign(context, fact);
    }

    private string FileOf(string key) => Path.Combine(folder, $"{key}.key");

    private VerifierKey KeyOf(string key)
    {
        using var loaded = SealingKey.Load(FileOf(key));
        return loaded.Verifier;
    }

    private Dictionary<string, string> Settings(string service, Dictionary<string, string> environment)
    {
        settings[service] = environment;
        if (service == "ChainWatcher")
        {
            environment["Facts__SigningKey"] = FileOf("facts");
        }
        else if (service == "Scheduler")
        {
            environment["Scheduler__DemandSignedFacts"] = "true";
            environment["Scheduler__WatcherKeys"] = $"{KeyOf("facts")}";
        }

        return environment;
    }

    private async Task Restart(ServiceProcess service, string name, string value)
    {
        settings[service.Service][name] = value;
        await service.Kill();
        service.Start();
        await service.WaitUntilReady();
    }
}
