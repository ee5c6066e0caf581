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
    public void a_reorganisation_of_blocks_without_facts_goes_back_to_the_last_block_that_stands()
    {
        var spec = Spec.Given(Opened, Range(1, 5, (5, [NodeCreated(0, 0)])), Range(6, 9), Range(10, 12));
        var seen = Fork(12, stands: 9, actual: 12);

        Assert.Equal([new ScanRewound(Network, 9, Hash(9), seen.Scanned, seen.Actual.Hash, Now)], spec.When(seen));
        Assert.Empty(spec.When(seen));
        Assert.Equal((10, 1, new BlockRef(9, Hash(9))), (spec.State.NextBlock, spec.State.Rewinds, spec.State.Scanned));
    }

    [Fact]
    public void a_reorganisation_before_any_fact_goes_back_to_the_beginning()
    {
        var spec = Spec.Given(Opened, Range(1, 9), Fork(9, stands: null, actual: 9));

        Assert.Equal(1, spec.State.NextBlock);
        Assert.Single(spec.When(RangeOn("f", 1, 3)));
    }

    [Fact]
    public void facts_of_replaced_blocks_are_retracted_with_a_number_of_their_own()
    {
        var spec = Spec.Given(Opened, Range(1, 5, (4, [NodeCreated(0, 0)]), (5, [NodeCreated(0, 1), NodeCreated(1, 2)])), Range(6, 8, (8, [NodeCreated(0, 3)])));
        var events = spec.When(Fork(8, stands: 4, actual: 5));

        var retracted = Assert.IsType<FactsRetracted>(events[0]);
        Assert.Equal((5L, 5L, Hash(5, "f"), Hash(4, "f"), Hash(5)), (retracted.Origin.Number, retracted.Origin.BlockNumber, retracted.Origin.BlockHash, retracted.Origin.ParentHash, retracted.ReplacedHash));
        Assert.Equal([2L, 3L, 4L], retracted.Numbers);
        Assert.Equal(new ScanRewound(Network, 4, Hash(4), new BlockRef(8, Hash(8)), Hash(5, "f"), Now), events[1]);
        Assert.Equal(6, spec.When(Range(5, 5, (5, [NodeCreated(0, 7)])) with { To = new BlockRef(5, Hash(5, "f")) }).OfType<IFact>().Single().Origin.Number);
    }

    [Fact]
    public void what_was_retracted_before_is_not_retracted_again()
    {
        var spec = Spec.Given(Opened, Range(1, 5, (4, [NodeCreated(0, 0)]), (5, [NodeCreated(0, 1)])), Fork(5, stands: 4, actual: 5));
        spec.When(new ScannedRange(Network, 5, Hash(4), new BlockRef(5, Hash(5, "f")), [new ScannedBlock(Header(5, "f"), [NodeCreated(0, 1)])]));

        Assert.Equal([1L, 4L], Assert.IsType<FactsRetracted>(spec.When(new ForkSeen(Network, new BlockRef(5, Hash(5, "f")), null, Header(4, "e")))[0]).Numbers);
    }

    [Fact]
    public void facts_of_a_block_that_comes_back_are_new_facts_with_ids_of_their_own()
    {
        var range = Range(1, 5, (5, [NodeCreated(0, 0)]));
        var spec = Spec.Given(Opened, range, Fork(5, stands: null, actual: 5));
        spec.Restart();
        var again = spec.When(range).OfType<NodeRegistered>().Single();

        Assert.Equal((3L, 2), (again.Origin.Number, again.Origin.Sighting));
        spec.When(Fork(5, stands: null, actual: 5));
        spec.When(range);
        Assert.Equal(3, spec.Recorded.OfType<NodeRegistered>().Select(f => StoredEvents.IdOf(f)).Distinct().Count());
        Assert.Equal([1L, 2, 3, 4, 5], spec.Recorded.OfType<IFact>().Select(f => f.Origin.Number));
    }

    [Fact]
    public void a_fork_that_contradicts_what_is_recorded_is_impossible()
    {
        var spec = Spec.Given(Opened, Range(1, 5, (4, [NodeCreated(0, 0)])));

        Assert.Contains("cannot go back to block 3", spec.Refusal(Fork(5, stands: 3, actual: 4)));
        Assert.Contains("recorded there is 4", spec.Refusal(Fork(5, stands: null, actual: 5)));
        Assert.Contains("recorded there is 4", spec.Refusal(Fork(5, stands: null, actual: 4) with { Actual = Header(4) }));
    }

    [Fact]
    public void what_is_remembered_of_blocks_is_bounded_and_a_deeper_reorganisation_is_refused()
    {
        var spec = Spec.Given(Opened);
        for (var block = 1; block <= 2 * Watch.FewestMarks; block++)
        {
            spec.When(Range(block, block));
        }

        Assert.InRange(spec.State.Marks.Count, Watch.FewestMarks, (2 * Watch.FewestMarks) - 1);
        var first = spec.State.Marks[0].Block.Number;
        Assert.Contains("another chain", spec.Refusal(Fork(2 * Watch.FewestMarks, stands: null, actual: first)));
        Assert.Single(spec.When(Fork(2 * Watch.FewestMarks, stands: first, actual: first + 1)));
    }

    [Fact]
    public void a_log_that_an_earlier_version_had_given_up_goes_on()
    {
        var spec = Spec.Given(Opened, Range(1, 5, (5, [NodeCreated(0, 0)])));
        spec.Recorded.Add(new ChainReorganised(Network, 1, new BlockRef(5, Hash(5)), Hash(5, "f"), Now));
        spec.Restart();

        Assert.Empty(spec.When(Opened));
        Assert.Equal([1L], Assert.IsType<FactsRetracted>(spec.When(Fork(5, stands: null, actual: 5))[0]).Numbers);
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

    private static ForkSeen Fork(long scanned, long? stands, long actual) =>
        new(Network, new BlockRef(scanned, Hash(scanned)), stands is { } at ? new BlockRef(at, Hash(at)) : null, Header(actual, "f"));
}
