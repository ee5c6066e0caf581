using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Skale.Contracts;
using Skale.Ethereum;
using Skale.Hosting;
using Skale.Servers;
using Skale.Servers.Stack;

namespace Skale.Bench.L1;

/// <summary>From a new block on a real node to its fact, received from the bus: the watcher is a process, on a journal and RabbitMQ.</summary>
internal static class HeadBench
{
    private const int Rounds = 40;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Since the node announced the block over WebSocket, and since its transaction was sent.</summary>
    public static async Task<(Figures SinceBlock, Figures SinceSent)> Run()
    {
        await using var anvil = await AnvilServer.Start();
        var manager = await anvil.DeployManager();
        await using var broker = await RabbitMqServer.Start();
        var bus = broker.NewVirtualHost().ToString();
        var facts = new ConcurrentDictionary<long, TaskCompletionSource<long>>();
        var blocks = new ConcurrentDictionary<long, long>();
        using var subscriber = await Subscribe(bus, fact => Arrival(facts, fact.Origin.BlockNumber).TrySetResult(Stopwatch.GetTimestamp()));
        using var stop = new CancellationTokenSource();
        var heads = Follow(anvil.WebSocket, blocks, stop.Token);
        await using var watcher = new ServiceProcess("ChainWatcher", new Dictionary<string, string>
        {
            ["ChainWatcher__Network"] = "bench",
            ["ChainWatcher__Rpc"] = anvil.Http.ToString(),
            ["ChainWatcher__ContractAddress"] = manager.Address,
            ["ChainWatcher__Finality"] = "latest",
            ["ChainWatcher__PollInterval"] = "00:01:00",
            ["Store__Journal"] = Repository.NewFolder("bench-head"),
            ["Bus__RabbitMq"] = bus,
        });
        watcher.Start();
        await watcher.WaitUntilReady();
        var (sinceBlock, sinceSent) = (new List<TimeSpan>(), new List<TimeSpan>());
        for (var round = 0; round <= Rounds; round++)
        {
            var sent = Stopwatch.GetTimestamp();
            var block = (await manager.AddSchainType(1, 1)).BlockNumber;
            var arrived = await Arrival(facts, block).Task.WaitAsync(Patience);
            await Wait.Until($"the announcement of block {block}", () => blocks.ContainsKey(block), Patience);
            if (round > 0)
            {
                sinceBlock.Add(Stopwatch.GetElapsedTime(blocks[block], arrived));
                sinceSent.Add(Stopwatch.GetElapsedTime(sent, arrived));
            }
        }

        await stop.CancelAsync();
        await heads.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await subscriber.StopAsync();
        return (new Figures(sinceBlock), new Figures(sinceSent));
    }

    private static async Task<IHost> Subscribe(string bus, Action<IFact> take)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.Configure<BusOptions>(o => o.RabbitMq = bus);
        builder.Services.AddSingleton(new BusEndpoint("bench") { Transient = true }.On<ChainTypeAdded>(context =>
        {
            take(context.Message);
            return Task.CompletedTask;
        }));
        builder.Services.AddSkaleBus(new BusOptions { RabbitMq = bus });
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    private static async Task Follow(Uri address, ConcurrentDictionary<long, long> blocks, CancellationToken stopping)
    {
        await foreach (var head in BlockHeads.Follow(address, stopping))
        {
            blocks.TryAdd(head.Number, Stopwatch.GetTimestamp());
        }
    }

    private static TaskCompletionSource<long> Arrival(ConcurrentDictionary<long, TaskCompletionSource<long>> facts, long block) =>
        facts.GetOrAdd(block, _ => new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously));
}
