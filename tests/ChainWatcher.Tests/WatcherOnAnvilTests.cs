using Skale.Contracts;
using Skale.Ethereum;
using Skale.Ethereum.Development;
using Skale.Servers;

namespace Skale.ChainWatcher.Tests;

/// <summary>The watcher on a real Ethereum node with the development manager contract.</summary>
public sealed class WatcherOnAnvilTests
{
    private static readonly string[] WholeLife =
    [
        "ChainTypeAdded", "ChainTypeAdded", "ChainTypeRemoved", "NodeRegistered", "NodeRegistered", "NodeMaintenanceChanged", "NodeComplianceChanged", "NodeAddressChanged",
        "NodeMaintenanceChanged", "NodeComplianceChanged", "KeyCeremonyStarted", "ChainBought", "ChainBought", "ChainDeleted", "NodeExitStarted", "NodeExitCompleted",
    ];

    [Fact]
    public async Task every_kind_of_fact_arrives_in_order_followed_at_the_head_or_found_by_backfill()
    {
        await using var anvil = await AnvilServer.Start();
        var manager = await anvil.DeployManager();
        await using var follower = await WatcherHost.Start(Repository.NewFolder("watcher"), anvil.Http, manager.Address);
        await LiveOn(manager);
        await follower.UntilArrived(WholeLife.Length);
        await anvil.Mine(200);
        await using var latecomer = await WatcherHost.Start(Repository.NewFolder("watcher"), anvil.Http, manager.Address, ("ChainWatcher:WindowBlocks", "7"));
        await latecomer.UntilArrived(WholeLife.Length);

        Assert.Equal(WholeLife, follower.InOrder.Select(f => f.GetType().Name));
        Assert.Equal(Enumerable.Range(1, WholeLife.Length).Select(n => (long)n), follower.InOrder.Select(f => f.Origin.Number));
        Assert.Equal(["1 0", null], follower.InOrder.OfType<ChainBought>().Select(f => f.Group is null ? null : string.Join(' ', f.Group)));
        Assert.Equal("10.0.0.9", follower.InOrder.OfType<NodeAddressChanged>().Single().NewIp);
        Assert.Equal(Identities(follower), Identities(latecomer));
        await follower.UntilHealthy();
    }

    [Fact]
    public async Task finality_by_depth_holds_facts_back_until_they_are_deep_enough()
    {
        await using var anvil = await AnvilServer.Start();
        var manager = await anvil.DeployManager();
        await using var watcher = await WatcherHost.Start(Repository.NewFolder("watcher"), anvil.Http, manager.Address, ("ChainWatcher:Finality", "depth:5"));
        await manager.AddSchainType(1, 1);
        await anvil.Mine(4);
        var head = await anvil.Rpc.Send(Eth.BlockNumber());
        await watcher.UntilScanned(head - 5);
        Assert.Empty(watcher.Facts);

        await anvil.Mine(1);
        await watcher.UntilArrived(1);
    }

    [Fact]
    public async Task a_restart_goes_on_where_it_was_and_a_resend_brings_the_rest_again()
    {
        await using var anvil = await AnvilServer.Start();
        var manager = await anvil.DeployManager();
        var journal = Repository.NewFolder("watcher");
        await using (var first = await WatcherHost.Start(journal, anvil.Http, manager.Address))
        {
            await manager.AddSchainType(4, 2);
            await manager.AddSchainType(8, 2);
            await first.UntilArrived(2);
        }

        await manager.AddSchainType(16, 2);
        await using var second = await WatcherHost.Start(journal, anvil.Http, manager.Address);
        await second.UntilArrived(1);
        Assert.Equal(3, second.Facts.Single().Origin.Number);

        await second.Publish(new ResendFacts("another network", 0, DateTimeOffset.UtcNow));
        await second.Publish(new ResendFacts(Some.Network, 1, DateTimeOffset.UtcNow));
        await second.UntilArrived(3);
        Assert.Equal([3L, 2L, 3L], second.Facts.Select(f => f.Origin.Number));
        Assert.Equal(second.Arrived.First().Id, second.Arrived.Last().Id);
    }

    [Fact]
    public async Task an_endpoint_that_goes_away_is_reported_and_taken_back_when_it_returns()
    {
        var state = Path.Combine(Repository.NewFolder("anvil"), "state.json");
        var port = 0;
        string address;
        WatcherHost watcher;
        await using (var anvil = await AnvilServer.Start(o => o with { StateFile = state }))
        {
            port = anvil.Http.Port;
            var manager = await anvil.DeployManager();
            address = manager.Address;
            watcher = await WatcherHost.Start(Repository.NewFolder("watcher"), anvil.Http, address);
            await manager.AddSchainType(1, 1);
            await watcher.UntilArrived(1);
        }

        await using (watcher)
        {
            await Wait.Until("the outage in the health report", async () => await watcher.Trouble() is { } trouble && trouble.Contains($"{port}", StringComparison.Ordinal), Wait.Patience);

            await using var again = await AnvilServer.Start(o => o with { StateFile = state, Port = port });
            await new ManagerContract(address, await UnlockedAccount.First(again.Rpc)).AddSchainType(2, 2);
            await watcher.UntilArrived(2);
            await watcher.UntilHealthy();
            Assert.Equal([1L, 2L], watcher.Facts.Select(f => f.Origin.Number));
            Assert.Contains("skale_watcher_rpc_errors_total{network=\"test\"}", await watcher.Metrics(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task a_new_block_is_announced_not_polled_for()
    {
        await using var anvil = await AnvilServer.Start();
        var manager = await anvil.DeployManager();
        await using var watcher = await WatcherHost.Start(Repository.NewFolder("watcher"), anvil.Http, manager.Address, ("ChainWatcher:PollInterval", "01:00:00"));

        // Blocks that come before the watcher listens would wait for the poll.
        await Wait.Until(
            "the watcher to listen",
            async () =>
            {
                await manager.AddSchainType(1, 1);
                return !watcher.Arrived.IsEmpty;
            },
            Wait.Patience);
        for (var block = 0; block < 5; block++)
        {
            var sent = await manager.AddSchainType(1, 1);
            await Wait.Until("the fact of a block that was announced", () => watcher.Facts.Any(f => f.Origin.BlockNumber == sent.BlockNumber), Wait.Patience);
        }
    }

    private static async Task LiveOn(ManagerContract manager)
    {
        await manager.AddSchainType(32, 2);
        await manager.AddSchainType(1, 1);
        await manager.RemoveSchainType(2);
        await manager.CreateNode(new NodeRegistration("one", "0x0a000001", "0x0a000001"));
        await manager.CreateNode(new NodeRegistration("two", "0x0a000002", "0x0a000002"));
        await manager.SetNodeInMaintenance(0, true);
        await manager.SetNodeCompliance(1, false);
        await manager.ChangeIp(1, "0x0a000009", "0x0a000009");
        await manager.SetNodeInMaintenance(0, false);
        await manager.SetNodeCompliance(1, true);
        await manager.CreateChain("contract-chooses", 1, TimeSpan.FromDays(1), [1, 0]);
        await manager.CreateChain("scheduler-chooses", 1, TimeSpan.FromDays(1));
        await manager.DeleteChain("contract-chooses");
        await manager.InitExit(0);
        await manager.CompleteExit(0);
    }

    private static IEnumerable<(Guid?, long)> Identities(WatcherHost host) => host.Arrived.OrderBy(a => a.Fact.Origin.Number).Select(a => (a.Id, a.Fact.Origin.Number));
}
