using Skale.Contracts;
using Skale.Ethereum;
using Skale.Servers;

namespace Skale.ChainWatcher.Tests;

/// <summary>The watcher on a real Ethereum node that replaces its last blocks.</summary>
public sealed class ReorgOnAnvilTests
{
    [Fact]
    public async Task a_reorganisation_of_empty_blocks_is_invisible_outside()
    {
        await using var anvil = await AnvilServer.Start();
        var manager = await anvil.DeployManager();
        await using var watcher = await WatcherHost.Start(Repository.NewFolder("watcher"), anvil.Http, manager.Address);
        await manager.AddSchainType(1, 1);
        await anvil.Mine(6);
        await watcher.UntilScanned(await anvil.Rpc.Send(Eth.BlockNumber()));
        await anvil.Reorganise(4);
        await manager.AddSchainType(2, 2);
        await watcher.UntilArrived(2);

        Assert.Equal([1L, 2L], watcher.Facts.Select(f => f.Origin.Number));
        await watcher.UntilHealthy();
    }

    [Fact]
    public async Task facts_that_are_reorganised_away_are_retracted_and_the_watch_goes_on()
    {
        await using var anvil = await AnvilServer.Start();
        var manager = await anvil.DeployManager();
        var journal = Repository.NewFolder("watcher");
        await using (var watcher = await WatcherHost.Start(journal, anvil.Http, manager.Address))
        {
            await manager.AddSchainType(1, 1);
            await manager.AddSchainType(2, 2);
            await watcher.UntilArrived(2);
            await anvil.Mine(1);
            await anvil.Reorganise(2);
            await anvil.Mine(1);
            await watcher.UntilArrived(3);
            await manager.AddSchainType(3, 3);
            await watcher.UntilArrived(4);

            Assert.Equal(["ChainTypeAdded", "ChainTypeAdded", "FactsRetracted", "ChainTypeAdded"], watcher.InOrder.Select(f => f.GetType().Name));
            Assert.Equal([1L, 2, 3, 4], watcher.InOrder.Select(f => f.Origin.Number));
            Assert.Equal([2L], watcher.InOrder.OfType<FactsRetracted>().Single().Numbers);
            await watcher.UntilHealthy();
            Assert.Contains("skale_watcher_retractions_total{network=\"test\"} 1", await watcher.Metrics(), StringComparison.Ordinal);
        }

        await manager.AddSchainType(4, 4);
        await using var again = await WatcherHost.Start(journal, anvil.Http, manager.Address);
        await again.UntilArrived(1);
        Assert.Equal(5, again.Facts.First().Origin.Number);
    }
}
