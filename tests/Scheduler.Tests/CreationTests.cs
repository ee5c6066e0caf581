using Skale.Contracts;
using Skale.Scheduler.Domain;
using static Skale.Scheduler.Tests.Sample;

namespace Skale.Scheduler.Tests;

public sealed class CreationTests
{
    private static readonly object[] ThreeNodes = [Registered(1), Enrolled(1), Registered(2), Enrolled(2), Registered(3), Enrolled(3)];
    private static readonly object[] ByContract = [Registered(1), Enrolled(1), Registered(2), Enrolled(2), Bought("alpha", 32, 2, 1, 2)];

    /// <summary>The draw was computed apart from this code; see <see cref="UniformPlacementTests"/>.</summary>
    [Fact]
    public void a_bought_chain_gets_its_group_its_slices_and_its_orders() => Spec
        .GivenInputs([.. ThreeNodes, Registered(4), Registered(5), new NodeExitStarted(Origin(), new(5))]).When(Bought("alpha", 32, 2))
        .Then(
            new GroupChosen(
                new("alpha"), [new(3), new(1)],
                new PlacementEvidence(
                    "uniform", 3, "0x28d46e86659ed14fa12c2b3bada2860c22091c86aeb024566fdb53447234fefb", 3,
                    "0x4f364343d16f35620f0fff77056ac36fa775ee7457d492752c92bcffd3216d7d", [2, 0]),
                null, Start),
            Reserved("alpha", 3), Reserved("alpha", 1), Ordered("alpha", 1, peers: 3), Ordered("alpha", 3, peers: 1));

    [Fact]
    public void a_group_s_slices_and_its_orders_are_one_event_each_and_one_message_tells_each_node_its_own()
    {
        var state = Deciding.Fold([Started]);
        foreach (var given in (object[])[.. ThreeNodes.Select((e, i) => e is IFact fact ? Numbered(fact, 1 + (i / 2)) : e), Numbered(Bought("first", 1, 1, 2), 4)])
        {
            Deciding.Run(state, given, Start);
        }

        var events = Deciding.Run(state, Numbered(Bought("alpha", 32, 3, 3, 1, 2), 5), Start);
        Assert.Equal([typeof(ChainBought), typeof(GroupChosen), typeof(SubnodesOrdered)], events.Select(e => e.GetType()));
        var chosen = Assert.IsType<GroupChosen>(events[1]);
        Assert.Equal([(3, 32, 0), (1, 32, 0), (2, 32, 1)], chosen.Reserved().Select(r => ((int)r.Node.Value, r.Slices, r.Slot)));
        var message = Assert.IsType<StartSubnodes>(StoredEvents.Announce(events[2]));
        var sent = message.Orders.Select(o => message.For(o.Node)!).ToArray();
        Assert.Equal([(1, 1, 0), (2, 2, 1), (3, 1, 0)], sent.Select(s => ((int)s.Node.Value, (int)s.Generation, s.Subnode.Slot)));
        Assert.All(sent, s => Assert.Equal(state.Chains[new("alpha")].Members[s.Node].Subnode, s.Subnode));
        Assert.Equal([1, 3], sent[1].Subnode.Peers!.Select(p => (int)p.Node.Value));
        Assert.Null(message.For(new(4)));
    }

    [Fact]
    public void machines_that_differ_are_told_their_own_limits() => Spec
        .GivenInputs(Registered(1), Enrolled(1), Registered(2), Enrolled(2) with { Machine = Sample.Machine with { Cpus = 8 } }).When(Bought("alpha", 32, 2, 1, 2)).ThenState(network =>
        {
            var members = network.Chains[new("alpha")].Members;
            Assert.Equal(Limits(32), members[new(1)].Subnode!.Limits);
            Assert.Equal(2 * Limits(32).NanoCpus, members[new(2)].Subnode!.Limits.NanoCpus);
        });

    [Fact]
    public void a_group_the_contract_names_is_followed_in_its_order() => Spec.GivenInputs(ThreeNodes).When(Bought("alpha", 32, 2, 3, 1))
        .Then(Followed("alpha", 3, 1), Reserved("alpha", 3), Reserved("alpha", 1), Ordered("alpha", 1, peers: 3), Ordered("alpha", 3, peers: 1));

    [Fact]
    public void a_named_node_without_an_agent_gets_its_order_when_the_agent_enrols() => Spec
        .GivenInputs(Registered(1), Enrolled(1), Registered(2), Bought("alpha", 32, 2, 1, 2)).When(Enrolled(2))
        .Then(new AssignmentIssued(new(2), 0, [], [], Start), Ordered("alpha", 2, peers: 1));

    [Fact]
    public void an_order_names_the_other_members_where_they_are_reached() => Spec
        .GivenInputs(Registered(1), Enrolled(1), Registered(2, port: 20_000), Enrolled(2), Bought("first", 1, 1, 2)).When(Bought("alpha", 32, 2, 1, 2)).ThenState(network =>
        {
            var members = network.Chains[new("alpha")].Members;
            Assert.Equal([new Peer(new(2), "10.0.0.1", 20_064)], members[new(1)].Subnode!.Peers);
            Assert.Equal([new Peer(new(1), "10.0.0.1", 10_000)], members[new(2)].Subnode!.Peers);
        });

    [Fact]
    public void a_chain_is_not_complete_while_one_member_is_missing() => Spec.GivenInputs(ByContract).When(Runs("alpha", 1, 2)).Then();

    [Fact]
    public void a_chain_is_complete_when_all_members_run() =>
        Spec.GivenInputs([.. ByContract, Runs("alpha", 1, 2)]).When(Runs("alpha", 2, 2)).Then(new CreationCompleted(new("alpha"), Start));

    [Fact]
    public void a_failure_during_creation_is_remembered_and_not_final() =>
        Spec.GivenInputs([.. ByContract, Fails("alpha", 1, 2), Runs("alpha", 2, 2)]).When(Runs("alpha", 1, 3)).Then(new CreationCompleted(new("alpha"), Start));

    [Fact]
    public void the_order_of_a_node_without_chains_is_slot_0_at_its_own_port() =>
        Spec.GivenInputs(Registered(1, port: 12_345), Enrolled(1)).When(Bought("alpha", 128, 1, 1)).ThenState(n =>
        {
            var subnode = n.Chains[new("alpha")].Members[new(1)].Subnode!;
            Assert.Equal((0, 12_345, 128), (subnode.Slot, subnode.FirstPort, subnode.Slices));
        });

    [Fact]
    public void each_further_chain_takes_the_lowest_free_slot_and_its_64_ports() => Spec
        .GivenInputs(Registered(1), Enrolled(1), Bought("a", 1, 1, 1), Bought("b", 1, 1, 1), Bought("c", 1, 1, 1), Deleted("b"), Gone("b", 1, 2) with { Generation = 4 })
        .When(Bought("d", 1, 1, 1))
        .Then(Followed("d", 1), Reserved("d", 1, 1, slot: 1), Ordered("d", 1, 1, slot: 1, generation: 5));

    [Fact]
    public void a_chain_of_0_slices_takes_nothing_and_gets_the_limits_of_one() => Spec.GivenInputs(Registered(1), Enrolled(1)).When(Bought("alpha", 0, 1, 1))
        .Then(Followed("alpha", 1), Reserved("alpha", 1, slices: 0), Ordered("alpha", 1, slices: 0));

    [Fact]
    public void a_full_node_is_no_candidate_for_0_slices() => Spec.GivenInputs(Registered(1), Enrolled(1), Bought("full", 128, 1, 1)).When(Bought("alpha", 0, 1))
        .ThenState(n => Assert.Equal(ChainPhase.Deferred, n.Chains[new("alpha")].Phase));

    [Fact]
    public void a_node_without_ports_for_another_slot_is_no_candidate() => Spec
        .GivenInputs(Registered(1, port: 65_536 - 64), Enrolled(1), Bought("first", 0, 1, 1)).When(Bought("alpha", 0, 1))
        .ThenState(n => Assert.Equal(ChainPhase.Deferred, n.Chains[new("alpha")].Phase));

    [Theory]
    [InlineData("a b", "' ' is not allowed")]
    [InlineData("", "has 0 characters")]
    [InlineData("-alpha", "must start with a letter or digit")]
    [InlineData("a\nb", "is not allowed")]
    [InlineData("ünïcode", "'ü' is not allowed")]
    public void a_name_that_cannot_name_a_container_is_refused(string name, string because) => Refused(Bought(name), because);

    [Fact]
    public void a_name_that_is_too_long_is_refused() => Refused(Bought(new string('a', 64)), "has 64 characters; a container can be named with 1 to 63");

    [Theory]
    [InlineData(129, 1, "asks for 129 slices of each node; a node has 128")]
    [InlineData(-1, 1, "asks for -1 slices")]
    [InlineData(1, 0, "asks for a group of 0 nodes")]
    public void an_impossible_size_is_refused(int slices, int groupSize, string because) => Refused(Bought("alpha", slices, groupSize), because);

    [Fact]
    public void a_hash_that_is_none_is_refused() => Refused(Bought("alpha") with { ChainHash = "0x12" }, "its hash is '0x12'");

    [Theory]
    [InlineData(2, new long[] { 1, 9 }, "nodes that are not registered: 9")]
    [InlineData(3, new long[] { 1, 2 }, "names 2 nodes for a group of 3")]
    [InlineData(2, new long[] { 1, 1 }, "names a node twice")]
    public void a_faulty_group_of_the_contract_is_refused(int groupSize, long[] named, string because) => Refused(Bought("alpha", 32, groupSize, named), because);

    [Fact]
    public void a_named_node_that_has_left_is_refused() => Spec.GivenInputs([.. ThreeNodes, new NodeExitCompleted(Origin(), new(1))])
        .When(Bought("alpha", 32, 1, 1)).Then(new CreationRefused(new("alpha"), "the contract names nodes that are not registered: 1", Start));

    [Fact]
    public void a_chain_known_already_has_no_effect() => Spec.GivenInputs(ByContract).When(Bought("alpha"))
        .ThenOnly(new FactWithoutEffect(Origin(4), "ChainBought", "chain-alpha", "a chain 'alpha' is known already", Start));

    private static void Refused(ChainBought bought, string because) => Spec.GivenInputs(ThreeNodes).When(bought)
        .ThenLast<CreationRefused>(e => Assert.Contains(because, e.Reason, StringComparison.Ordinal));
}
