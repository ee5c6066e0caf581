using Skale.Ethereum;
using Skale.Servers;

namespace Skale.ChainWatcher.Tests;

/// <summary>Several endpoints over real HTTP: which one is used, and what becomes of one that fails, lags, is on another chain or wants fewer requests.</summary>
public sealed class EndpointTests
{
    [Fact]
    public async Task the_next_endpoint_is_used_when_the_first_dies()
    {
        await using var first = await ReplayNode.Start();
        await using var second = await ReplayNode.Start();
        first.Head = second.Head = 100;
        await using var watcher = await Start(TimeSpan.FromMilliseconds(500), first, second);
        await watcher.UntilScanned(100);
        Assert.True(await IsUsed(watcher, first));

        first.IsDead = true;
        second.Head = 102;
        await Wait.Until("the blocks that only the second endpoint has", () => watcher.Scanned >= 102, Wait.Patience);

        Assert.True(await IsUsed(watcher, second));
        await watcher.UntilHealthy();
    }

    [Fact]
    public async Task a_lagging_endpoint_is_left_and_taken_back_when_it_has_caught_up()
    {
        await using var first = await ReplayNode.Start();
        await using var second = await ReplayNode.Start();
        first.Head = second.Head = 100;
        await using var watcher = await Start(TimeSpan.FromMilliseconds(200), first, second);
        await watcher.UntilScanned(100);

        second.Head = 120;
        await Wait.Until("the endpoint that does not lag", () => IsUsed(watcher, second), Wait.Patience);
        await watcher.UntilScanned(120);
        first.Head = 120;
        await Wait.Until("the first endpoint, which has caught up", () => IsUsed(watcher, first), Wait.Patience);

        (first.Head, second.Head) = (130, 130);
        await watcher.UntilScanned(130);
        await watcher.UntilNumberedWithoutGaps();
    }

    [Fact]
    public async Task an_endpoint_on_another_chain_is_not_used_though_no_other_is_left()
    {
        await using var first = await ReplayNode.Start();
        await using var other = await ReplayNode.Start();
        (first.Head, other.Head, other.ChainId) = (100, 200, 4242);
        await using var watcher = await Start(TimeSpan.FromMilliseconds(200), first, other);
        await watcher.UntilScanned(100);

        first.IsDead = true;
        await Wait.Until("the trouble", async () => await watcher.Trouble() is { } trouble && trouble.Contains("expected chain id 31337, got 4242", StringComparison.Ordinal), Wait.Patience);
        Assert.Equal(100, watcher.Scanned);
        first.IsDead = false;
        await Wait.Until("the first endpoint again", () => IsUsed(watcher, first), Wait.Patience);
        await watcher.UntilHealthy();
    }

    [Theory]
    [InlineData(7, 60, 7)]
    [InlineData(120, 60, 60)]
    public async Task an_endpoint_that_says_when_to_come_back_is_not_asked_before(int retryAfterSeconds, int longestWaitSeconds, int waitSeconds)
    {
        var clock = new SteppedClock();
        var asked = 0;
        await using var node = await ReplayNode.Start();
        (node.RetryAfter, node.OnRequest) = (TimeSpan.FromSeconds(retryAfterSeconds), () => Interlocked.Increment(ref asked));
        using var rpc = new JsonRpcClient(node.Http, TimeSpan.FromHours(1), new RateLimitPatience(3, TimeSpan.FromSeconds(longestWaitSeconds)), clock);
        var back = clock.GetUtcNow().AddSeconds(waitSeconds);

        var refused = rpc.Send(Eth.BlockNumber());
        await Wait.Until("the wait that the endpoint asks for", () => clock.IsAwaited(back), Wait.Patience);
        var another = rpc.Send(Eth.ChainId());
        clock.Advance(TimeSpan.FromSeconds(waitSeconds) - TimeSpan.FromTicks(1));
        Assert.Equal((1, back), (asked, rpc.PausedUntil));
        Assert.False(refused.IsCompleted || another.IsCompleted);

        node.RetryAfter = null;
        clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal((node.Head, 31337), (await refused.WaitAsync(Wait.Patience), await another.WaitAsync(Wait.Patience)));
        Assert.Equal(3, asked);
    }

    private static Task<WatcherHost> Start(TimeSpan interval, params ReplayNode[] nodes) => WatcherHost.Start(
        Repository.NewFolder("watcher"), nodes[0].Http, "", ("ChainWatcher:Contracts", Recording.ContractsFile), ("ChainWatcher:PollInterval", $"{interval}"),
        ("ChainWatcher:Rpc", string.Join(',', nodes.Select(n => n.Http))));

    private static async Task<bool> IsUsed(WatcherHost watcher, ReplayNode node) =>
        (await watcher.Metrics()).Contains($"skale_watcher_endpoint_in_use{{network=\"test\",endpoint=\"{node.Http.Authority}\"}} 1", StringComparison.Ordinal);
}
