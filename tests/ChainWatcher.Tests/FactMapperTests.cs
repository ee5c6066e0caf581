using System.Numerics;
using Skale.ChainWatcher.Domain;
using Skale.Contracts;
using static Skale.ChainWatcher.Tests.Some;

namespace Skale.ChainWatcher.Tests;

public sealed class FactMapperTests
{
    [Fact]
    public void a_registered_node_has_its_addresses_as_network_order_bytes() => Assert.Equal(
        [new NodeRegistered(Origin(1, 3), new NodeId(5), "node-5", "0x0101", "10.14.27.61", "255.255.255.1", 10000, 7, "n.example")],
        FactsOf(NodeCreated(3, 5)));

    [Fact]
    public void life_of_a_node_is_mapped_event_by_event() => Assert.Equal(
        [
            new NodeExitStarted(Origin(1, 0), new NodeId(1)),
            new NodeExitCompleted(Origin(2, 1), new NodeId(1)),
            new NodeMaintenanceChanged(Origin(3, 2), new NodeId(2), true),
            new NodeComplianceChanged(Origin(4, 3), new NodeId(3), false),
            new NodeComplianceChanged(Origin(5, 4), new NodeId(3), true),
            new NodeAddressChanged(Origin(6, 5), new NodeId(4), "10.0.0.1", "0.0.0.2"),
        ],
        FactsOf(
            Log(0, "ExitInitialized", ("nodeIndex", 1), ("startLeavingPeriod", 99)),
            Log(1, "ExitCompleted", ("nodeIndex", 1)),
            Log(2, "MaintenanceNode", ("nodeIndex", 2), ("status", true)),
            Log(3, "IncompliantNode", ("nodeIndex", 3), ("status", true)),
            Log(4, "IncompliantNode", ("nodeIndex", 3), ("status", false)),
            Log(5, "IPChanged", ("nodeIndex", 4), ("previousIP", "0x0a000001"), ("newIP", "0x00000002"))));

    [Fact]
    public void chain_types_and_deletions_are_mapped() => Assert.Equal(
        [
            new ChainTypeAdded(Origin(1, 0), 4, 0, 2),
            new ChainTypeRemoved(Origin(2, 1), 4),
            new ChainDeleted(Origin(3, 2), new ChainName("alpha"), "0xh", "0x03"),
        ],
        FactsOf(
            Log(0, "SchainTypeAdded", ("schainType", 4), ("partOfNode", 0), ("numberOfNodes", 2)),
            Log(1, "SchainTypeRemoved", ("schainType", 4)),
            Log(2, "SchainDeleted", ("owner", "0x03"), ("name", "alpha"), ("schainHash", "0xh"))));

    [Fact]
    public void a_purchase_takes_its_group_from_the_same_transaction_and_is_one_fact()
    {
        var facts = FactsOf(Log(0, "Sent"), SchainNodes(1, "alpha", 3, 1, 2, 0), SchainCreated(2, "alpha"));

        Assert.Equal(2, facts.Length);
        Assert.Equal("Sent", Assert.IsType<UnmappedLogSeen>(facts[0]).EventName);
        var bought = Assert.IsType<ChainBought>(facts[1]);
        Assert.Equal([new NodeId(3), new NodeId(1), new NodeId(2), new NodeId(0)], bought.Group);
        Assert.Equal(
            new ChainBought(Origin(2, 2), new ChainName("alpha"), "0xhash-alpha", "0x0202", 32, 4, TimeSpan.FromHours(1), null), bought with { Group = null });
    }

    [Fact]
    public void a_purchase_without_a_group_leaves_the_choice_to_the_scheduler() => Assert.Null(Assert.IsType<ChainBought>(Assert.Single(FactsOf(SchainCreated(0, "alpha")))).Group);

    [Fact]
    public void two_purchases_of_one_transaction_each_get_their_own_group()
    {
        var facts = FactsOf(SchainNodes(0, "alpha", 1), SchainNodes(1, "beta", 2), SchainCreated(2, "beta"), SchainCreated(3, "alpha"));

        Assert.Equal([("beta", 2L), ("alpha", 1L)], facts.Cast<ChainBought>().Select(f => (f.Chain.Value, f.Group!.Single().Value)));
        Assert.Equal([1L, 2L], facts.Select(f => f.Origin.Number));
    }

    [Fact]
    public void a_group_without_a_purchase_is_kept_raw() => Assert.Equal("SchainNodes", Assert.IsType<UnmappedLogSeen>(Assert.Single(FactsOf(SchainNodes(0, "alpha", 1)))).EventName);

    [Fact]
    public void a_log_nobody_describes_is_kept_raw()
    {
        var raw = Assert.IsType<UnmappedLogSeen>(Assert.Single(FactsOf(new ChainLog("0xt1", 4, "0xbb", ["0x1", "0x2"], "0x33", null, null))));

        Assert.Equal((Origin(1, 4), "0xbb", "0x33", (string?)null), (raw.Origin, raw.Address, raw.Data, raw.EventName));
        Assert.Equal(["0x1", "0x2"], raw.Topics);
    }

    [Fact]
    public void a_known_event_with_unfit_values_is_kept_raw_and_takes_nothing_with_it()
    {
        var facts = FactsOf(SchainNodes(0, "alpha", 1), SchainCreated(1, "alpha", ("numberOfNodes", BigInteger.Pow(2, 255))), NodeCreated(2, 1) with { Fields = null });

        Assert.Equal(["SchainNodes", "SchainCreated", "NodeCreated"], facts.Cast<UnmappedLogSeen>().Select(f => f.EventName));
    }

    [Theory]
    [InlineData((1L << 53) - 1, typeof(NodeRegistered))]
    [InlineData(1L << 53, typeof(UnmappedLogSeen))]
    public void a_number_that_json_readers_would_round_is_kept_raw(long node, Type fact) => Assert.IsType(fact, Assert.Single(FactsOf(NodeCreated(0, node))));

    [Fact]
    public void a_lifetime_beyond_all_time_is_the_longest_there_is() => Assert.Equal(
        TimeSpan.MaxValue, Assert.IsType<ChainBought>(Assert.Single(FactsOf(SchainCreated(0, "alpha", ("lifetime", BigInteger.Pow(2, 256) - 1))))).Lifetime);
}
