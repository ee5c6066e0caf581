using Skale.Contracts;
using Skale.Scheduler.Domain;
using static Skale.Scheduler.Tests.Sample;

namespace Skale.Scheduler.Tests;

/// <summary>Chains that the contract placed follow its rotations, whatever is known of them and whenever they come.</summary>
public sealed class ContractRotationTests
{
    private static readonly ChainName Alpha = new("alpha");
    private static readonly object[] Nodes = [Started with { Policy = Policy with { Replacement = Replacing } }, .. Enumerable.Range(1, 4).SelectMany(n => (object[])[Registered(n), Enrolled(n)])];
    private static readonly object[] Active = [.. Nodes, Bought("alpha", 32, 2, 1, 2), Runs("alpha", 1, 2), Runs("alpha", 2, 2)];
    private static readonly object[] UnderWay = [.. Active, Rotated("alpha", 1, 3, 1, [3, 2])];

    [Fact]
    public void the_newcomer_is_ordered_and_the_old_member_serves_on() => Spec.GivenInputs(Active).When(Rotated("alpha", 1, 3, 1, [3, 2])).ButPeers().Then(
        Begun(1, 3, 0), Reserved("alpha", 3), Ordered("alpha", 3));

    [Fact]
    public void when_the_newcomer_answers_it_has_the_old_ones_place_and_the_old_one_is_removed() => Spec.GivenInputs(UnderWay).When(Runs("alpha", 3, 2)).ButPeers().Then(
        new ReplacementCompleted(Alpha, 0, new(1), new(3), [new(3), new(2)], Start), new SubnodeRemovalOrdered(new(1), Alpha, 2, Start));

    [Fact]
    public void its_slices_are_free_when_its_agent_confirms() => Spec.GivenInputs([.. UnderWay, Runs("alpha", 3, 2)]).When(Gone("alpha", 1, 3)).ButPeers().Then(Released("alpha", 1));

    [Fact]
    public void the_chain_is_active_all_the_time() => Spec.GivenInputs([.. UnderWay, Runs("alpha", 3, 2)]).When(Gone("alpha", 1, 3))
        .ThenState(n => Assert.Equal((ChainPhase.Active, 128), (n.Chains[Alpha].Phase, n.Nodes[new(1)].Free)));

    [Theory]
    [InlineData(null, null, new long[] { 3, 2 })]
    [InlineData(1L, 3L, null)]
    [InlineData(null, 3L, new long[] { 3, 2 })]
    [InlineData(9L, 8L, new long[] { 3, 2 })]
    public void the_group_tells_best_and_the_named_nodes_else(long? old, long? joined, long[]? group) =>
        Spec.GivenInputs(Active).When(Rotated("alpha", old, joined, 1, group)).ButPeers().Then(Begun(1, 3, 0), Reserved("alpha", 3), Ordered("alpha", 3));

    [Theory]
    [InlineData(null, null, null, "neither its group nor who left is known")]
    [InlineData(null, 3L, null, "neither its group nor who left is known")]
    [InlineData(4L, 3L, null, "node 4, which is said to leave, is no member as far as is known")]
    [InlineData(1L, 2L, null, "node 2, which is said to come, is a member already")]
    [InlineData(null, null, new long[] { 3 }, "the contract names 1 places for a group of 2")]
    [InlineData(null, null, new long[] { 3, 3 }, "the contract names a node twice: 3 3")]
    public void a_rotation_that_tells_no_group_is_an_alert(long? old, long? joined, long[]? group, string because) =>
        Spec.GivenInputs(Active).When(Rotated("alpha", old, joined, 1, group)).ButPeers().Then(new ContractGroupUnknown(Alpha, because, Start));

    [Fact]
    public void the_next_rotation_that_names_its_group_heals_it() => Spec.GivenInputs([.. Active, Rotated("alpha", null, null, 1)]).When(Rotated("alpha", null, null, 2, [3, 2]))
        .ButPeers().Then(Begun(1, 3, 0), Reserved("alpha", 3), Ordered("alpha", 3));

    [Fact]
    public void a_hole_waits_for_a_newcomer_while_the_old_member_serves() => Spec.GivenInputs(Active).When(Rotated("alpha", 1, null, 1, [0, 2], 0))
        .ButPeers().Then(Deferred(1, null, "the contract names nobody in the place of node 1"));

    [Fact]
    public void who_fills_a_hole_is_known_without_a_group() => Spec.GivenInputs([.. Active, Rotated("alpha", 1, null, 1)]).When(Rotated("alpha", null, 3, 2))
        .ButPeers().Then(Begun(1, 3, 0), Reserved("alpha", 3), Ordered("alpha", 3));

    [Fact]
    public void a_chain_with_a_hole_cannot_begin() => Spec.GivenInputs([.. Nodes, Bought("big", 128, 1, 1), Bought("alpha", 32, 2, 1, 2), Rotated("alpha", 1, null, 1)]).When(Deleted("big")).AndThen()
        .When(Gone("big", 1, 2)).ThenState(n => Assert.Equal(ChainPhase.Deferred, n.Chains[Alpha].Phase));

    [Fact]
    public void a_newcomer_without_an_agent_is_waited_for() => Spec.GivenInputs([.. Active, Registered(5), Rotated("alpha", 1, 5, 1)]).When(Enrolled(5))
        .ButPeers().Then(new AssignmentIssued(new(5), 0, [], [], Start), Begun(1, 5, 0), Reserved("alpha", 5), Ordered("alpha", 5));

    [Fact]
    public void and_the_wait_is_told_once() => Spec.GivenInputs([.. Active, Registered(5)]).When(Rotated("alpha", 1, 5, 1)).AndThen().When(Started with { Policy = Policy with { Replacement = Replacing } }).ButPeers().Then();

    [Fact]
    public void a_newcomer_that_is_not_registered_yet_is_waited_for() => Spec.GivenInputs(Active).When(Rotated("alpha", 1, 5, 1)).ButPeers().Then(Deferred(1, 5, "node 5 is not registered"));

    [Fact]
    public void a_newcomer_without_room_is_waited_for() => Spec.GivenInputs([.. Active, Bought("big", 100, 1, 3), Rotated("alpha", 1, 3, 1), Deleted("big")]).When(Gone("big", 3, 2)).ButPeers().Then(
        Released("big", 3, 100), new RemovalCompleted(new("big"), Start), Begun(1, 3, 0), Reserved("alpha", 3), Ordered("alpha", 3, generation: 3));

    [Fact]
    public void the_figures_are_told() => Spec.GivenInputs([.. Active, Bought("big", 100, 1, 3)]).When(Rotated("alpha", 1, 3, 1))
        .ButPeers().Then(Deferred(1, 3, "needs 32 free slices; node 3 has 28"));

    [Theory]
    [InlineData(1L)]
    [InlineData(null)]
    public void a_repeat_changes_nothing(long? counter) => Spec.GivenInputs([.. Active, Rotated("alpha", 1, 3, counter, [3, 2])]).When(Rotated("alpha", 1, 3, counter, [3, 2])).ButPeers().Then();

    [Fact]
    public void a_second_rotation_waits_for_the_first() => Spec.GivenInputs(UnderWay).When(Rotated("alpha", 2, 4, 2, [3, 4])).ButPeers().Then();

    [Fact]
    public void and_begins_when_that_is_completed() => Spec.GivenInputs([.. UnderWay, Rotated("alpha", 2, 4, 2, [3, 4])]).When(Runs("alpha", 3, 2)).ButPeers().Then(
        new ReplacementCompleted(Alpha, 0, new(1), new(3), [new(3), new(2)], Start), new SubnodeRemovalOrdered(new(1), Alpha, 2, Start), Begun(2, 4, 1), Reserved("alpha", 4), Ordered("alpha", 4));

    [Fact]
    public void a_newcomer_that_the_contract_replaces_before_it_answers_is_not_waited_for() => Spec.GivenInputs(UnderWay).When(Rotated("alpha", 3, 4, 2, [4, 2])).ButPeers().Then(
        new ReplacementFailed(Alpha, new(1), new(3), false, "the contract names node 4 in its place now", Start), new SubnodeRemovalOrdered(new(3), Alpha, 2, Start),
        Begun(1, 4, 0), Reserved("alpha", 4), Ordered("alpha", 4));

    [Fact]
    public void a_former_member_comes_back_when_nothing_is_left_of_it() => Spec
        .GivenInputs([.. UnderWay, Runs("alpha", 3, 2), Rotated("alpha", 3, 1, 2, [1, 2])]).When(Gone("alpha", 1, 3))
        .ButPeers().Then(Released("alpha", 1), Begun(3, 1, 0), Reserved("alpha", 1), Ordered("alpha", 1, generation: 3));

    [Fact]
    public void a_chain_nobody_knows_is_not_followed() => Spec.GivenInputs(Nodes).When(Rotated("alpha", 1, 3, 1, [3, 2])).ButPeers().Then();

    [Fact]
    public void a_chain_that_waits_begins_with_the_group_as_rotated() => Spec.GivenInputs([.. Nodes, Bought("big", 128, 1, 1), Bought("alpha", 32, 2, 1, 2)]).When(Rotated("alpha", 1, 3, 1, [3, 2]))
        .ButPeers().Then(new GroupChosen(Alpha, [new(3), new(2)], Placement.ByContract, FirstNodeMissing, Start), Reserved("alpha", 3), Reserved("alpha", 2), Ordered("alpha", 2), Ordered("alpha", 3));

    [Fact]
    public void a_chain_in_creation_follows_at_once() => Spec.GivenInputs([.. Nodes, Bought("alpha", 32, 2, 1, 2), Runs("alpha", 2, 2), Rotated("alpha", 1, 3, 1, [3, 2])]).When(Runs("alpha", 3, 2))
        .ThenLast<CreationCompleted>(e => Assert.Equal(Alpha, e.Chain));

    [Fact]
    public void a_member_without_an_order_gives_its_slices_back_at_once() => Spec
        .GivenInputs([.. Nodes, Registered(5), Bought("alpha", 32, 2, 5, 2), Runs("alpha", 2, 2), Rotated("alpha", 5, 3, 1, [3, 2])]).When(Runs("alpha", 3, 2)).ButPeers().Then(
            new ReplacementCompleted(Alpha, 0, new(5), new(3), [new(3), new(2)], Start), Released("alpha", 5), new CreationCompleted(Alpha, Start));

    [Fact]
    public void a_chain_refused_for_its_nodes_begins_with_others() => Spec.GivenInputs([.. Nodes, Bought("alpha", 32, 2, 9, 2)]).When(Rotated("alpha", 9, 3, 1)).ButPeers().Then(
        new CreationRepeated(Alpha, "the contract names another group", Start), new GroupChosen(Alpha, [new(3), new(2)], Placement.ByContract, FirstNodeMissing, Start),
        Reserved("alpha", 3), Reserved("alpha", 2), Ordered("alpha", 2), Ordered("alpha", 3));

    [Fact]
    public void a_chain_that_is_being_removed_is_not_moved() => Spec.GivenInputs([.. Active, Deleted("alpha")]).When(Rotated("alpha", 1, 3, 1, [3, 2])).ButPeers().Then();

    [Fact]
    public void a_chain_deleted_meanwhile_is_removed_from_newcomer_and_members() => Spec.GivenInputs(UnderWay).When(Deleted("alpha")).ButPeers().Then(
        new SubnodeRemovalOrdered(new(1), Alpha, 2, Start), new SubnodeRemovalOrdered(new(2), Alpha, 2, Start), new SubnodeRemovalOrdered(new(3), Alpha, 2, Start));

    [Fact]
    public void a_retracted_rotation_ends_the_newcomer() => Spec.GivenInputs(UnderWay).When(Retracted(7, 6)).ButPeers().Then(
        new ReplacementFailed(Alpha, new(1), new(3), false, "the contract names node 1 in its place now", Start), new SubnodeRemovalOrdered(new(3), Alpha, 2, Start));

    [Fact]
    public void one_that_was_done_is_done_backwards() => Spec.GivenInputs([.. UnderWay, Runs("alpha", 3, 2), Gone("alpha", 1, 3)]).When(Retracted(7, 6))
        .ButPeers().Then(Begun(3, 1, 0) with { Recomputed = null }, Reserved("alpha", 1), Ordered("alpha", 1, generation: 3));

    [Fact]
    public void a_newcomer_that_was_never_registered_is_replaced_and_the_others_go_on() => Spec
        .GivenInputs([.. Active, Registered(5), Enrolled(5), Rotated("alpha", 1, 5, 1, [5, 2]), Runs("alpha", 5, 2), Gone("alpha", 1, 3)]).When(Retracted(8, 6, 7)).ButPeers().Then(
            new NodeReset(new(5), NodeStanding.Unregistered, false, true, "10.0.0.1", Start), Begun(5, 1, 0) with { Recomputed = null }, Reserved("alpha", 1), Ordered("alpha", 1, generation: 3));

    [Fact]
    public void a_policy_of_before_replaces_nobody() => Spec.GivenInputs([Started, .. Active[1..]]).When(Rotated("alpha", 1, 3, 1, [3, 2])).ButPeers().Then();

    [Fact]
    public void and_what_was_told_under_it_is_followed_when_it_ends() => Spec.GivenInputs([Started, .. Active[1..], Rotated("alpha", 1, 3, 1, [3, 2])]).When(Nodes[0])
        .ButPeers().Then(Begun(1, 3, 0), Reserved("alpha", 3), Ordered("alpha", 3));

    private static ReplacementStarted Begun(long old, long joined, int seat) =>
        new(Alpha, seat, new(old), new(joined), ReplacementReason.ContractRotation, Placement.ByContract, FirstNodeMissing, Start);

    private static ReplacementDeferred Deferred(long old, long? joined, string why) =>
        new(Alpha, new(old), joined is { } node ? new NodeId(node) : null, ReplacementReason.ContractRotation, why, Start);
}
