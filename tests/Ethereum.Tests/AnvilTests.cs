using Skale.Ethereum.Development;
using Skale.Servers;

namespace Skale.Ethereum.Tests;

/// <summary>The client against a real Ethereum node.</summary>
public sealed class AnvilTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task blocks_are_found_by_number_hash_and_tag()
    {
        await using var anvil = await AnvilServer.Start(cancellation: Cancellation);
        await anvil.Mine(5, Cancellation);

        var heads = await anvil.Rpc.Send([.. Enumerable.Range(0, 6).Select(n => Eth.Block(BlockTag.Number(n)))], Cancellation);

        Assert.Equal(31337, await anvil.Rpc.Send(Eth.ChainId(), Cancellation));
        Assert.All(heads.Skip(1).Zip(heads), pair => Assert.Equal(pair.Second!.Hash, pair.First!.ParentHash));
        Assert.Equal(heads[0], await Header(anvil, BlockTag.Genesis), SameBlock);
        Assert.Equal(heads[5], await Header(anvil, BlockTag.Latest), SameBlock);
        Assert.Equal(heads[4], await Header(anvil, BlockTag.Safe), SameBlock);
        Assert.Equal(heads[3], await Header(anvil, BlockTag.Finalized), SameBlock);
        Assert.Equal(heads[2], await Header(anvil, BlockTag.Hash(heads[2]!.Hash)), SameBlock);
        Assert.Null(await Header(anvil, BlockTag.Number(6)));
        Assert.Null(await Header(anvil, BlockTag.Hash(Keccak.HashText("nothing"))));
    }

    [Fact]
    public async Task logs_are_found_by_range_by_block_and_by_address_and_the_header_knows_of_them()
    {
        await using var anvil = await AnvilServer.Start(cancellation: Cancellation);
        var manager = await anvil.DeployManager(Cancellation);
        var added = await manager.AddSchainType(16, 4, Cancellation);
        await anvil.Mine(1, Cancellation);

        var byRange = await anvil.Rpc.Send(Eth.Logs(LogFilter.Blocks(0, added.BlockNumber + 1, [manager.Address])), Cancellation);
        var (block, byHash) = await anvil.Rpc.Send(Eth.Block(BlockTag.Hash(added.BlockHash)), Eth.Logs(LogFilter.Block(added.BlockHash, [manager.Address])), Cancellation);
        var byTopic = await anvil.Rpc.Send(Eth.Logs(LogFilter.Blocks(0, 9, [], [Keccak.HashText("Unheard()"), added.Logs[0].Topics[0]])), Cancellation);
        var elsewhere = await anvil.Rpc.Send(Eth.Logs(LogFilter.Blocks(0, added.BlockNumber, [AnvilProcess.FirstAccount])), Cancellation);

        var log = Assert.Single(byRange);
        Assert.Equal((added.BlockNumber, added.BlockHash, added.TransactionHash, manager.Address), (log.BlockNumber, log.BlockHash, log.TransactionHash, log.Address));
        Assert.Equal(log.Topics, Assert.Single(byHash).Topics);
        Assert.Equal(log.Topics, Assert.Single(byTopic).Topics);
        Assert.Empty(elsewhere);
        Assert.True(block!.LogsBloom.MayContain([BloomItem.Of(manager.Address)], [BloomItem.Of(log.Topics[0])]));
        Assert.False(block.LogsBloom.MayContain([BloomItem.Of(AnvilProcess.FirstAccount)]));
        Assert.False(block.LogsBloom.MayContain([BloomItem.Of(manager.Address)], [BloomItem.Of(Keccak.HashText("Unheard()"))]));
        Assert.True((await Header(anvil, BlockTag.Latest))!.LogsBloom.IsEmpty);
    }

    [Fact]
    public async Task a_call_sees_the_state_of_its_block()
    {
        await using var anvil = await AnvilServer.Start(cancellation: Cancellation);
        var manager = await anvil.DeployManager(Cancellation);
        var first = await manager.AddSchainType(16, 4, Cancellation);
        var second = await manager.AddSchainType(1, 16, Cancellation);

        Assert.Equal(1, (await manager.Ask("numberOfSchainTypes", [], BlockTag.Number(first.BlockNumber), Cancellation))[0].ToInt32());
        Assert.Equal(2, (await manager.Ask("numberOfSchainTypes", [], BlockTag.Hash(second.BlockHash), Cancellation))[0].ToInt32());
        Assert.NotEmpty(await anvil.Rpc.Send(Eth.Code(manager.Address, BlockTag.Latest), Cancellation));
        Assert.Empty(await anvil.Rpc.Send(Eth.Code(manager.Address, BlockTag.Genesis), Cancellation));
        Assert.True(await anvil.Rpc.Send(Eth.Balance(AnvilProcess.FirstAccount, BlockTag.Latest), Cancellation) > 0);
        var nowhere = new ManagerContract(AnvilProcess.FirstAccount, manager.Account);
        Assert.Contains("returned nothing", (await Assert.ThrowsAsync<AbiException>(() => nowhere.Ask("getNumberOfNodes", [], BlockTag.Latest, Cancellation))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_reorganisation_is_visible_by_hash()
    {
        await using var anvil = await AnvilServer.Start(cancellation: Cancellation);
        var manager = await anvil.DeployManager(Cancellation);
        var added = await manager.AddSchainType(16, 4, Cancellation);
        await anvil.Mine(1, Cancellation);

        await anvil.Reorganise(2, Cancellation);

        var now = await Header(anvil, BlockTag.Number(added.BlockNumber));
        Assert.NotEqual(added.BlockHash, now!.Hash);
        Assert.Null(await Header(anvil, BlockTag.Hash(added.BlockHash)));
        Assert.Empty(await anvil.Rpc.Send(Eth.Logs(LogFilter.Blocks(0, added.BlockNumber, [manager.Address])), Cancellation));
        await Assert.ThrowsAsync<RpcException>(() => anvil.Rpc.Send(Eth.Logs(LogFilter.Block(added.BlockHash, [manager.Address])), Cancellation));
    }

    [Fact]
    public async Task new_heads_are_announced_until_the_node_dies_which_is_an_error()
    {
        var anvil = await AnvilServer.Start(cancellation: Cancellation);
        await using var heads = BlockHeads.Follow(anvil.WebSocket, Cancellation).GetAsyncEnumerator(Cancellation);
        var next = heads.MoveNextAsync().AsTask();

        await Wait.Until("the first head", async () => { await anvil.Mine(1, Cancellation); return next.IsCompleted; }, Bound, Cancellation);
        Assert.True(await next);
        Assert.Equal(await Header(anvil, BlockTag.Number(heads.Current.Number)), heads.Current, SameBlock);

        await anvil.DisposeAsync();
        var error = await Assert.ThrowsAsync<RpcTransportException>(async () =>
        {
            while (await heads.MoveNextAsync().AsTask().WaitAsync(Bound, Cancellation))
            {
            }
        });
        Assert.Contains("the subscription to new blocks failed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task following_an_endpoint_without_websockets_is_an_error()
    {
        await using var node = await ScriptedNode.Start(404, "");
        await using var heads = BlockHeads.Follow(new UriBuilder(node.Address) { Scheme = "ws" }.Uri, Cancellation).GetAsyncEnumerator(Cancellation);

        Assert.Contains("404", (await Assert.ThrowsAsync<RpcTransportException>(() => heads.MoveNextAsync().AsTask())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_chain_with_a_state_file_goes_on_where_it_stopped()
    {
        var folder = Repository.NewFolder("anvil");
        Func<AnvilOptions, AnvilOptions> kept = o => o with { StateFile = Path.Combine(folder, "state.json"), ChainId = 4711 };
        Receipt added;
        ManagerContract manager;
        await using (var before = await AnvilServer.Start(kept, Cancellation))
        {
            manager = await before.DeployManager(Cancellation);
            added = await manager.AddSchainType(16, 4, Cancellation);
        }

        await using var after = await AnvilServer.Start(kept, Cancellation);
        Assert.Equal(4711, await after.Rpc.Send(Eth.ChainId(), Cancellation));
        Assert.Equal(added.BlockHash, (await Header(after, BlockTag.Number(added.BlockNumber)))!.Hash);
        Assert.Single(await after.Rpc.Send(Eth.Logs(LogFilter.Blocks(0, added.BlockNumber, [manager.Address])), Cancellation));
        var resumed = new ManagerContract(manager.Address, await UnlockedAccount.First(after.Rpc, Cancellation));
        Assert.Equal(2, Hex.ToInt64((await resumed.AddSchainType(1, 2, Cancellation)).Logs[0].Topics[1].Replace("0x" + new string('0', 60), "0x", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task a_node_that_cannot_start_says_why()
    {
        await using var first = await AnvilServer.Start(cancellation: Cancellation);

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => AnvilServer.Start(o => o with { Port = first.Http.Port }, Cancellation));

        Assert.Contains("anvil ended before it listened", error.Message, StringComparison.Ordinal);
        Assert.Contains("in use", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task blocks_may_come_by_the_clock()
    {
        await using var anvil = await AnvilServer.Start(o => o with { BlockTime = TimeSpan.FromMilliseconds(500) }, Cancellation);
        var manager = await anvil.DeployManager(Cancellation);

        await Wait.Until("two more blocks", async () => await anvil.Rpc.Send(Eth.BlockNumber(), Cancellation) >= 3, Bound, Cancellation);
        Assert.NotEmpty(await anvil.Rpc.Send(Eth.Code(manager.Address, BlockTag.Finalized), Cancellation));
    }

    private static Task<Block?> Header(AnvilServer anvil, BlockTag tag) => anvil.Rpc.Send(Eth.Block(tag), Cancellation);

    private static bool SameBlock(Block? left, Block? right) => left?.Hash == right?.Hash && left?.Number == right?.Number && left?.Time == right?.Time;
}
