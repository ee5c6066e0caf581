using System.Collections.Immutable;
using Skale.ChainWatcher.Domain;
using Skale.ChainWatcher.Domain.Manager;
using Skale.Contracts;
using Skale.Ethereum;
using Skale.Servers;

namespace Skale.ChainWatcher.Tests;

/// <summary>Facts and contracts are compared now and then, and what differs is recorded and published: once, until it changes.</summary>
public sealed class ReconciliationTests
{
    private static readonly Difference FreeUnits = new("node 3", "free units", "96", "97", false);

    private static Spec Watched => Spec.Given(Some.Opened, Some.Range(1, 9, (9, [Some.NodeCreated(0, 3)])));

    [Fact]
    public void a_difference_is_recorded_once_and_again_when_a_value_changes()
    {
        var spec = Watched;

        Assert.Equal([new ManagerDiffers(Some.Network, "node 3", "free units", "96", "97", false, 9, Some.Hash(9), Some.Now)], spec.When(Compared(FreeUnits)));
        spec.Restart();
        Assert.Empty(spec.When(Compared(FreeUnits)));
        Assert.Equal("98", Assert.IsType<ManagerDiffers>(Assert.Single(spec.When(Compared(FreeUnits with { Contract = "98" })))).Answered);
        Assert.Equal(1, spec.State.LastFact);
    }

    [Fact]
    public void a_difference_that_is_not_found_again_is_recorded_as_gone_but_not_when_nothing_was_answered()
    {
        var spec = Watched;
        spec.When(Compared(FreeUnits));

        Assert.Empty(spec.When(Compared() with { Unanswered = [("node 3", "free units")] }));
        Assert.Equal([new ManagerDifferenceGone(Some.Network, "node 3", "free units", 9, Some.Hash(9), Some.Now)], spec.When(Compared()));
        spec.Restart();
        Assert.Empty(spec.When(Compared()));
        Assert.Single(spec.When(Compared(FreeUnits)));
    }

    [Fact]
    public void what_was_said_of_a_block_that_is_gone_counts_for_nothing() => Assert.Empty(Watched.When(Compared(FreeUnits) with { At = new BlockRef(9, Some.Hash(9, "f")) }));

    [Fact]
    public async Task a_tampered_answer_is_recorded_published_and_counted_and_goes_when_it_is_right_again()
    {
        await using var node = await ReplayNode.Start();
        var lastLog = Recording.Logs.Select(l => Convert.ToInt64(l.GetProperty("blockNumber").GetString(), 16)).Where(block => block <= RecordedViews.SnapshotBlocks[^1]).Max();
        node.Head = RecordedViews.SnapshotBlocks[^1];
        node.ViewsOf = block => block >= lastLog ? node.Head : block;
        var freeSpace = FreeSpaceOf(3);
        var silent = await SilentlyChanged();
        await using var watcher = await Start(node, Repository.NewFolder("watcher"));
        await watcher.UntilScanned(node.Head);
        await Wait.Until("the domain names that changed silently", () => watcher.Compared.Count == silent, Wait.Patience);
        Assert.All(watcher.Compared, c => Assert.True(Assert.IsType<ManagerDiffers>(c).Silent));

        node.Change = (_, _, data, answer) => data == freeSpace ? $"0x{77:x64}" : answer;
        await Wait.Until("the tampered answer", () => watcher.Compared.Count > silent, Wait.Patience);
        var told = Assert.IsType<ManagerDiffers>(watcher.Compared.Last());
        Assert.Equal((Some.Network, "node 3", "free units", "77", false), (told.Network, told.Subject, told.What, told.Answered, told.Silent));
        Assert.NotEqual("77", told.Folded);
        await Wait.Until(
            "the figures of it",
            async () => await watcher.Metrics() is var figures && figures.Contains($"skale_watcher_differences{{network=\"test\"}} {silent + 1}", StringComparison.Ordinal)
                && figures.Contains("skale_watcher_differences_total{network=\"test\",silent=\"false\"} 1", StringComparison.Ordinal),
            Wait.Patience);

        node.Change = (_, _, _, answer) => answer;
        await Wait.Until("the difference to go", () => watcher.Compared.Count > silent + 1, Wait.Patience);
        Assert.Equal(("node 3", "free units"), watcher.Compared.Last() is ManagerDifferenceGone gone ? (gone.Subject, gone.What) : default);
        await watcher.UntilNumberedWithoutGaps();
    }

    [Fact]
    public async Task an_endpoint_that_keeps_no_state_or_takes_no_calls_disturbs_nothing()
    {
        await using var node = await ReplayNode.Start();
        node.Head = RecordedViews.SnapshotBlocks[0];
        await using var watcher = await Start(node, Repository.NewFolder("watcher"));
        await watcher.UntilScanned(node.Head);
        var asked = 0;
        node.Change = (_, _, _, _) =>
        {
            asked++;
            return null;
        };
        await Wait.Until("several comparisons", () => asked > 1000, Wait.Patience);

        Assert.Empty(watcher.Compared);
        await watcher.UntilHealthy();
    }

    /// <summary>Domain names at the last snapshot that the contract changed without a log.</summary>
    private static async Task<int> SilentlyChanged()
    {
        await using var node = await ReplayNode.Start();
        using var reader = await ManagerReader.Open(node.Http, Recording.ContractsFile, Recording.AbiFile, Some.Network, default);
        return (await reader.Check(RecordedViews.SnapshotBlocks[^1], _ => { }, default)).Silent.Count;
    }

    private static ManagerCompared Compared(params Difference[] differences) =>
        new(Some.Network, new BlockRef(9, Some.Hash(9)), differences, ImmutableHashSet<(string, string)>.Empty);

    private static string FreeSpaceOf(int node) =>
        Hex.Encode(AbiFile.Parse(File.ReadAllText(Recording.AbiFile)).Single(c => c.Name == "Nodes").Function("getFreeSpace").Encode([node]));

    private static Task<WatcherHost> Start(ReplayNode node, string journal) =>
        WatcherHost.Start(journal, node.Http, "", ("ChainWatcher:Contracts", Recording.ContractsFile), ("ChainWatcher:ReconcileEvery", "00:00:00.300"));
}
