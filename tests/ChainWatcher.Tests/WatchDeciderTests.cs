using Skale.ChainWatcher.Domain;
using Skale.Contracts;
using static Skale.ChainWatcher.Tests.Some;

namespace Skale.ChainWatcher.Tests;

public sealed class WatchDeciderTests
{
    [Fact]
    public void a_range_gives_its_facts_and_then_how_far_it_went()
    {
        var events = Spec.Given(Opened).When(Range(1, 9, (4, [NodeCreated(0, 0)]), (9, [NodeCreated(2, 1)])));

        Assert.Equal([(1L, 4L), (2L, 9L)], events.OfType<IFact>().Select(f => (f.Origin.Number, f.Origin.BlockNumber)));
        Assert.Equal(new BlocksScanned(Network, 1, 9, Hash(9), Now), events[^1]);
    }

    [Fact]
    public void numbers_go_on_where_they_were()
    {
        var spec = Spec.Given(Opened, Range(1, 5, (4, [NodeCreated(0, 0)])), Range(6, 6));

        Assert.Equal(2, spec.When(Range(7, 7, (7, [NodeCreated(0, 1)]))).OfType<IFact>().Single().Origin.Number);
    }

    [Fact]
    public void a_range_scanned_before_gives_nothing() => Assert.Empty(Spec.Given(Opened, Range(1, 9, (4, [NodeCreated(0, 0)]))).When(Range(3, 9, (4, [NodeCreated(0, 0)]))));

    [Fact]
    public void a_range_that_leaves_blocks_out_is_impossible() => Assert.Contains("next block is 10", Spec.Given(Opened, Range(1, 9)).Refusal(Range(11, 12)));

    [Fact]
    public void a_range_on_another_fork_is_impossible() => Assert.Contains("reorganised", Spec.Given(Opened, Range(1, 9)).Refusal(RangeOn("f", 10, 12)));

    [Fact]
    public void the_scan_begins_at_the_configured_block() => Assert.Contains("next block is 1", Spec.Given(Opened).Refusal(Range(2, 3)));

    [Fact]
    public void logs_of_different_transactions_are_not_grouped()
    {
        var events = Spec.Given(Opened).When(Range(1, 1, (1, [SchainNodes(0, "alpha", 1), SchainCreated(1, "alpha") with { TransactionHash = "0xt2" }])));

        Assert.IsType<UnmappedLogSeen>(events[0]);
        Assert.Null(Assert.IsType<ChainBought>(events[1]).Group);
    }

    [Fact]
    public void the_same_watch_is_opened_once()
    {
        var spec = Spec.Given(Opened);

        Assert.Empty(spec.When(Opened with { At = Now.AddDays(1) }));
        Assert.Single(spec.When(Opened with { Finality = "safe" }));
        Assert.Single(spec.When(Opened with { Finality = "safe", Addresses = ["0xaa", "0xbb"] }));
    }

    [Fact]
    public void another_chain_or_beginning_is_refused_with_both_values()
    {
        var spec = Spec.Given(Opened);

        Assert.Contains("expected 31337 as recorded in the log, got 1", spec.Refusal(Opened with { ChainId = 1 }));
        Assert.Contains($"got {Hash(0, "f")}", spec.Refusal(Opened with { GenesisHash = Hash(0, "f") }));
        Assert.Contains("expected test as recorded in the log, got other", spec.Refusal(Opened with { Network = "other" }));
        Assert.Contains("ChainWatcher:FromBlock: expected 1 as recorded in the log, got 0", spec.Refusal(Opened with { FromBlock = 0 }));
    }

    [Fact]
    public void a_reorganisation_of_blocks_without_facts_goes_back_to_the_last_fact()
    {
        var spec = Spec.Given(Opened, Range(1, 5, (5, [NodeCreated(0, 0)])), Range(6, 9));
        var seen = new ForkSeen(Network, new BlockRef(9, Hash(9)), Hash(9, "f"), LastFactStands: true);

        Assert.Equal([new ScanRewound(Network, 5, Hash(5), seen.Scanned, seen.ActualHash, Now)], spec.When(seen));
        Assert.Empty(spec.When(seen));
        Assert.Equal((6, 1, new BlockRef(5, Hash(5))), (spec.State.NextBlock, spec.State.Rewinds, spec.State.Scanned));
    }

    [Fact]
    public void a_reorganisation_before_any_fact_goes_back_to_the_beginning()
    {
        var spec = Spec.Given(Opened, Range(1, 9), new ForkSeen(Network, new BlockRef(9, Hash(9)), null, LastFactStands: true));

        Assert.Equal(1, spec.State.NextBlock);
        Assert.Single(spec.When(RangeOn("f", 1, 3)));
    }

    [Fact]
    public void a_reorganisation_of_a_fact_ends_the_watch_for_good()
    {
        var spec = Spec.Given(Opened, Range(1, 5, (5, [NodeCreated(0, 0)])));
        var events = spec.When(new ForkSeen(Network, new BlockRef(5, Hash(5)), Hash(5, "f"), LastFactStands: false));

        Assert.Equal([new ChainReorganised(Network, 1, new BlockRef(5, Hash(5)), Hash(5, "f"), Now)], events);
        Assert.Contains("broken", spec.Refusal(RangeOn("f", 6, 7)));
        spec.Restart();
        Assert.Contains("fact 1", spec.Refusal(Opened));
    }

    [Fact]
    public void a_fact_is_identified_by_network_block_and_log_alone()
    {
        var fact = new NodeExitStarted(Origin(1, 3), new NodeId(1));

        Assert.Equal(StoredEvents.IdOf(fact), StoredEvents.IdOf(new NodeExitCompleted(fact.Origin with { Number = 77 }, new NodeId(2))));
        Assert.NotEqual(StoredEvents.IdOf(fact), StoredEvents.IdOf(fact with { Origin = fact.Origin with { LogIndex = 4 } }));
        Assert.NotEqual(StoredEvents.IdOf(fact), StoredEvents.IdOf(fact with { Origin = fact.Origin with { Network = "other" } }));
        Assert.Null(StoredEvents.IdOf(new BlocksScanned(Network, 1, 2, Hash(2), Now)));
    }
}
