using System.Collections.Immutable;
using Skale.ChainWatcher.Domain;
using Skale.Contracts;
using static Skale.ChainWatcher.Tests.Some;

namespace Skale.ChainWatcher.Tests;

/// <summary>The traps of skale-facts 1.3 about rotations and key ceremonies, each by its name.</summary>
public sealed class CeremonyTests
{
    private const string Alpha = "0xhash-alpha";
    private const string Beta = "0xhash-beta";

    [Fact]
    public void a_rotation_emits_no_rotation_event()
    {
        var fact = Assert.IsType<ChainRotated>(Assert.Single(FactsOf([State(Alpha, 3, 5, 7, 1, 5)], Opened(4, Alpha))));

        Assert.Equal(
            (Origin(1, 4), Alpha, RotationReason.NodeExit, new NodeId(3), new NodeId(5), 7L, Now.AddDays(1)),
            (fact.Origin, fact.ChainHash, fact.Reason, fact.OldNode, fact.NewNode, fact.Counter, fact.FrozenUntil));
        Assert.Equal([new NodeId(1), new NodeId(5)], fact.Group);
        Assert.Empty(fact.Holes!);
    }

    [Fact]
    public void a_purchase_opens_the_channel_too_and_is_no_rotation() => Assert.Equal(
        [typeof(KeyCeremonyStarted), typeof(ChainBought)], FactsOf(Opened(0, "0xhash-alpha"), SchainNodes(1, "alpha", 1), SchainCreated(2, "alpha")).Select(f => f.GetType()));

    [Fact]
    public void logs_are_grouped_by_transaction()
    {
        var facts = FactsOf(
            SchainNodes(0, "alpha", 1), SchainCreated(1, "alpha"), Opened(2, "0xhash-alpha") with { TransactionHash = "0xt2" }, Log(3, "ExitCompleted", ("nodeIndex", 1)) with { TransactionHash = "0xt2" });

        Assert.Equal([typeof(ChainBought), typeof(ChainRotated), typeof(NodeExitCompleted)], facts.Select(f => f.GetType()));
        Assert.Equal(new ChainName("alpha"), ((ChainRotated)facts[1]).Chain);
    }

    [Fact]
    public void a_failed_key_ceremony_ties_its_nodes_to_the_chain_by_transaction()
    {
        var facts = FactsOf([State(Alpha, 3, 5, 1, 5)], Bad(0, 3), Failed(1, Alpha), Opened(2, Alpha), New(3, 5), Log(4, "Slash"));

        Assert.Equal(new KeyCeremonyFailed(Origin(1, 1), null, Alpha, new NodeId(3), new NodeId(5), Stuck: false), facts[0]);
        Assert.Equal((2L, RotationReason.FailedKeyCeremony, new NodeId(3), new NodeId(5)), (facts[1].Origin.Number, ((ChainRotated)facts[1]).Reason, ((ChainRotated)facts[1]).OldNode, ((ChainRotated)facts[1]).NewNode));
        Assert.Equal([typeof(KeyCeremonyFailed), typeof(ChainRotated), typeof(UnmappedLogSeen)], facts.Select(f => f.GetType()));
    }

    [Fact]
    public void without_a_spare_node_the_ceremony_is_stuck_and_nobody_was_replaced() => Assert.Equal(
        [new KeyCeremonyFailed(Origin(1, 1), null, Alpha, new NodeId(0), null, Stuck: true)], FactsOf(Bad(0, 0), Failed(1, Alpha), Opened(2, Alpha)));

    [Fact]
    public void two_failures_of_one_transaction_keep_their_own_nodes()
    {
        var facts = FactsOf(Bad(0, 1), Failed(1, Alpha), Opened(2, Alpha), New(3, 2), Bad(4, 3), Failed(5, Beta), Opened(6, Beta));

        Assert.Equal(
            [(Alpha, new NodeId(1), (NodeId?)new NodeId(2)), (Beta, new NodeId(3), null)],
            facts.OfType<KeyCeremonyFailed>().Select(f => (f.ChainHash, f.BadNode!.Value, f.NewNode)));
        Assert.Equal(Alpha, Assert.Single(facts.OfType<ChainRotated>()).ChainHash);
    }

    [Fact]
    public void a_restart_opens_the_channel_twice_and_rotates_once()
    {
        var facts = FactsOf([State(Alpha, 3, 5, 1, 5)], Opened(0, Alpha), Opened(1, Alpha), Log(2, "NodeAdded", ("schainHash", Alpha), ("newNode", 5)));

        Assert.IsType<KeyCeremonyStarted>(facts[0]);
        var rotated = Assert.IsType<ChainRotated>(facts[1]);
        Assert.Equal((2, 1, RotationReason.RestartedCreation, new NodeId(3), new NodeId(5)), (facts.Length, rotated.Origin.LogIndex, rotated.Reason, rotated.OldNode, rotated.NewNode));
    }

    [Fact]
    public void several_transactions_of_one_kind_in_one_block_are_told_apart()
    {
        var facts = FactsOf([State(Alpha, 1, 2, 4, 2), State(Beta, 3, 4, 9, 4)], Opened(0, Alpha), Opened(1, Beta) with { TransactionHash = "0xt2" });

        Assert.Equal([(Alpha, 4L, new NodeId(1)), (Beta, 9L, new NodeId(3))], facts.Cast<ChainRotated>().Select(f => (f.ChainHash, f.Counter!.Value, f.OldNode!.Value)));
    }

    [Fact]
    public void of_two_rotations_of_one_chain_in_one_block_the_first_is_known_by_its_counter_alone()
    {
        var facts = FactsOf([State(Alpha, 3, 5, 7, 5)], Opened(0, Alpha), Opened(1, Alpha) with { TransactionHash = "0xt2" }).Cast<ChainRotated>().ToArray();

        Assert.Equal((6L, null, null, null), (facts[0].Counter, facts[0].OldNode, facts[0].NewNode, facts[0].Group));
        Assert.Equal((7L, new NodeId(3), new NodeId(5)), (facts[1].Counter, facts[1].OldNode, facts[1].NewNode));
    }

    [Fact]
    public void of_a_chain_that_is_gone_by_the_end_of_the_block_only_the_logs_are_known()
    {
        var facts = FactsOf(
            [State(Alpha, 0, 0, 0)], Opened(0, Alpha),
            Log(1, "SchainDeleted", ("owner", "0x03"), ("name", "alpha"), ("schainHash", Alpha)) with { TransactionHash = "0xt2" });

        Assert.Equal((null, null, null, null), (((ChainRotated)facts[0]).Counter, ((ChainRotated)facts[0]).OldNode, ((ChainRotated)facts[0]).NewNode, ((ChainRotated)facts[0]).Group));
    }

    [Fact]
    public void holes_in_a_group_are_told_from_node_0()
    {
        var state = State(Alpha, 3, 5, 1, 0, 5, 0) with { Holes = [2] };

        Assert.Equal([2], Assert.IsType<ChainRotated>(Assert.Single(FactsOf([state], Opened(0, Alpha)))).Holes);
    }

    [Fact]
    public void events_that_are_declared_and_never_emitted_are_kept_raw_if_they_come() => Assert.Equal(
        ["ChannelClosed", "NodeRotated", "NodeAdded", "NewGuy", "BadGuy"],
        FactsOf(Log(0, "ChannelClosed"), Log(1, "NodeRotated"), Log(2, "NodeAdded", ("schainHash", Alpha), ("newNode", 1)), New(3, 1), Bad(4, 1)).Cast<UnmappedLogSeen>().Select(f => f.EventName));

    [Fact]
    public void the_field_of_the_chain_hash_has_had_three_names() => Assert.Equal(
        ["0x1", "0x2", "0x3"],
        FactsOf(Log(0, "SuccessfulDKG", ("groupIndex", "0x1")), Log(1, "SuccessfulDKG", ("schainId", "0x2")), Log(2, "SuccessfulDKG", ("schainHash", "0x3"))).Cast<KeyCeremonyCompleted>().Select(f => f.ChainHash));

    private static RotationState State(string chain, long old, long joined, long counter, params long[] group) =>
        new(chain, new NodeId(old), new NodeId(joined), Now.AddDays(1), counter, [.. group.Select(n => new NodeId(n))], []);

    private static ChainLog Opened(int index, string chain) => Log(index, "ChannelOpened", ("schainHash", chain));

    private static ChainLog Failed(int index, string chain) => Log(index, "FailedDKG", ("schainHash", chain));

    private static ChainLog Bad(int index, long node) => Log(index, "BadGuy", ("nodeIndex", node));

    private static ChainLog New(int index, long node) => Log(index, "NewGuy", ("nodeIndex", node));
}
