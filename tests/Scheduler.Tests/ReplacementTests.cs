using Skale.Contracts;
using Skale.Scheduler.Domain;
using static Skale.Scheduler.Tests.Sample;

namespace Skale.Scheduler.Tests;

/// <summary>Members of chains that the scheduler placed are replaced by nodes that it draws.</summary>
public sealed class ReplacementTests
{
    private static readonly ChainName Alpha = new("alpha");
    private static readonly SchedulerStarted On = Started with { Policy = Policy with { Replacement = Replacing } };
    private static readonly DateTimeOffset Later = Start + Replacing.MemberPatience;

    /// <summary>Chain alpha on node 1; nodes 2 and 3 come after its choice.</summary>
    private static readonly object[] Active = [On, Registered(1), Enrolled(1), Bought("alpha"), Runs("alpha", 1, 2), Registered(2), Enrolled(2), Registered(3), Enrolled(3)];
    private static readonly object[] Alone = Active[..5];

    [Fact]
    public void a_node_that_leaves_hands_its_chain_over() => Spec.GivenInputs(Active).When(Leaves(1)).ThenState(n =>
    {
        var underway = n.Chains[Alpha].Underway!;
        Assert.Equal((new NodeId(1), ReplacementReason.NodeExit, MemberPhase.Ordered), (underway.Old, underway.Reason, n.Chains[Alpha].Members[underway.New].Phase));
        Assert.Equal((ChainPhase.Active, true, Start + Replacing.DrainPatience), (n.Chains[Alpha].Phase, n.Nodes[new(1)].Draining, n.Nodes[new(1)].DrainDeadline));
    });

    [Fact]
    public void one_chain_after_the_other() => Spec.GivenInputs([.. Active[..5], Bought("beta"), Runs("beta", 1, 3, 2), .. Active[5..]]).When(Leaves(1))
        .ThenState(n => Assert.Single(n.Chains.Values, c => c.Underway is not null));

    [Fact]
    public void the_next_begins_when_the_first_is_over()
    {
        object[] two = [.. Active[..5], Bought("beta"), Runs("beta", 1, 3, 2), Registered(2), Enrolled(2), Leaves(1)];
        Spec.GivenInputs(two).When(Runs("alpha", 2, 2)).ThenState(n => Assert.Equal((null, new NodeId(2)), (n.Chains[Alpha].Underway, n.Chains[new("beta")].Underway!.New)));
    }

    [Fact]
    public void a_node_with_nothing_left_is_told_drained() => Spec.GivenInputs([.. Alone, Registered(2), Enrolled(2), Leaves(1), Runs("alpha", 2, 2)]).When(Gone("alpha", 1, 3))
        .ButPeers().Then(Released("alpha", 1), new DrainCompleted(new(1), Start));

    [Fact]
    public void what_takes_too_long_is_told_once() => Spec.GivenInputs([.. Alone, Leaves(1)]).When(new TimePassed(Start + Replacing.DrainPatience), Start + Replacing.DrainPatience)
        .ButPeers().Then(new DrainOverdue(new(1), [Alpha], Start + Replacing.DrainPatience));

    [Fact]
    public void a_chain_that_cannot_move_is_told_with_its_reason() => Spec.GivenInputs(Alone).When(Leaves(1)).ButPeers().Then(
        new ReplacementDeferred(Alpha, new(1), null, ReplacementReason.NodeExit, "needs a node with 32 free slices, free ports and a running agent that is no member and has not failed the chain; there is none", Start),
        new DrainStarted(new(1), Start + Replacing.DrainPatience, Start));

    [Fact]
    public void and_moves_when_a_node_comes() => Spec.GivenInputs([.. Alone, Leaves(1), Registered(2)]).When(Enrolled(2)).ThenState(n => Assert.Equal(new(2), n.Chains[Alpha].Underway!.New));

    [Fact]
    public void a_retracted_exit_keeps_the_chain_where_it_is() => Spec.GivenInputs([.. Alone, Registered(2), Enrolled(2), Leaves(1)]).When(Retracted(5, 4)).ButPeers().Then(
        new NodeReset(new(1), NodeStanding.Active, false, true, "10.0.0.1", Start), new ReplacementFailed(Alpha, new(1), new(2), false, "node 1 stays", Start),
        new SubnodeRemovalOrdered(new(2), Alpha, 2, Start));

    [Fact]
    public void so_does_one_that_could_not_begin() => Spec.GivenInputs([.. Alone, Leaves(1)]).When(Retracted(4, 3)).ButPeers().Then(
        new NodeReset(new(1), NodeStanding.Active, false, true, "10.0.0.1", Start), new ReplacementFailed(Alpha, new(1), null, false, "node 1 is not to be replaced any more", Start));

    [Fact]
    public void chains_leave_an_incompliant_node_too() => Spec.GivenInputs(Active).When(new NodeComplianceChanged(Origin(), new(1), false))
        .ThenState(n => Assert.Equal(ReplacementReason.NodeIncompliant, n.Chains[Alpha].Underway!.Reason));

    [Fact]
    public void in_maintenance_they_stay_and_none_come() => Spec
        .GivenInputs([.. Active, new NodeMaintenanceChanged(Origin(), new(1), true), new NodeMaintenanceChanged(Origin(), new(2), true)]).When(Leaves(1))
        .ThenState(n => Assert.Equal(new NodeId(3), n.Chains[Alpha].Underway!.New));

    [Fact]
    public void a_member_that_fails_is_given_time() => Spec.GivenInputs(Alone).When(Fails("alpha", 1, 3)).ButPeers().Then(
        new ServiceDegraded(Alpha, new(1), "does not answer", Start), new MemberAwaited(Alpha, new(1), Later, Start));

    [Fact]
    public void one_that_answers_in_time_stays() => Spec.GivenInputs([.. Active, Fails("alpha", 1, 3), Runs("alpha", 1, 4)]).When(new TimePassed(Later), Later).ThenNothing();

    [Fact]
    public void one_that_does_not_is_replaced_and_not_drawn_again() => Spec.GivenInputs([.. Active, Fails("alpha", 1, 3)]).When(new TimePassed(Later), Later).AndThen()
        .When(Runs("alpha", 3, 2)).AndThen().When(Runs("alpha", 2, 2))
        .ThenState(n => Assert.Equal((true, false, ChainPhase.Active), (n.Chains[Alpha].Barred.Contains(new(1)), n.Chains[Alpha].Group.Contains(new(1)), n.Chains[Alpha].Phase)));

    [Fact]
    public void one_that_never_starts_is_replaced_during_creation() => Spec.GivenInputs([On, Registered(1), Enrolled(1), Bought("alpha"), Registered(2), Enrolled(2)]).When(new TimePassed(Later), Later)
        .ThenState(n => Assert.Equal((ChainPhase.Creating, new NodeId(2)), (n.Chains[Alpha].Phase, n.Chains[Alpha].Underway!.New)));

    [Fact]
    public void a_newcomer_that_does_not_answer_is_given_up_for_another()
    {
        object[] leaving = [.. Alone, Registered(2), Enrolled(2), Leaves(1), Registered(3), Enrolled(3)];
        Spec.GivenInputs(leaving).When(new TimePassed(Later), Later).ThenState(n =>
            Assert.Equal((new NodeId(3), true, MemberPhase.RemovalOrdered), (n.Chains[Alpha].Underway!.New, n.Chains[Alpha].Barred.Contains(new(2)), n.Chains[Alpha].Members[new(2)].Phase)));
    }

    [Fact]
    public void a_newcomer_that_leaves_itself_is_given_up_and_may_come_again() => Spec.GivenInputs([.. Alone, Registered(2), Enrolled(2), Leaves(1), Registered(3), Enrolled(3)]).When(Leaves(2))
        .ThenState(n => Assert.Equal((new NodeId(3), 0), (n.Chains[Alpha].Underway!.New, n.Chains[Alpha].Barred.Count)));

    [Fact]
    public void a_contract_s_member_that_fails_is_an_alert_once() => Spec.GivenInputs([On, Registered(1), Enrolled(1), Registered(2), Enrolled(2), Bought("alpha", 32, 1, 1), Runs("alpha", 1, 2), Fails("alpha", 1, 3)])
        .When(new TimePassed(Later), Later).ButPeers().Then(new MemberOverdue(Alpha, new(1), true, "does not answer", Later));

    [Fact]
    public void and_its_end_is_told() => Spec.GivenInputs([On, Registered(1), Enrolled(1), Bought("alpha", 32, 1, 1), Runs("alpha", 1, 2), Fails("alpha", 1, 3)])
        .When(new TimePassed(Later), Later).AndThen().When(Runs("alpha", 1, 4)).ButPeers().Then(new MemberRecovered(Alpha, new(1), Later), new ServiceRestored(Alpha, Later));

    [Fact]
    public void a_lost_node_s_members_are_replaced() => Spec.GivenInputs([.. Alone, Registered(2), Enrolled(2), Silent(1)]).When(Lost(1)).ThenState(n =>
        Assert.Equal((ChainPhase.Degraded, new NodeId(2), ReplacementReason.MemberUnavailable), (n.Chains[Alpha].Phase, n.Chains[Alpha].Underway!.New, n.Chains[Alpha].Underway!.Reason)));

    [Fact]
    public void in_a_contract_s_group_that_is_an_alert() => Spec.GivenInputs([On, Registered(1), Enrolled(1), Registered(2), Enrolled(2), Bought("alpha", 32, 1, 1), Runs("alpha", 1, 2), Silent(1)]).When(Lost(1))
        .ButPeers().Then(new MemberOverdue(Alpha, new(1), true, "node 1 is lost", Start), new ServiceDegraded(Alpha, new(1), "its node is lost", Start));

    [Fact]
    public void a_node_that_comes_back_is_told_to_remove_what_others_serve_now() => Spec
        .GivenInputs([.. Alone, Registered(2), Enrolled(2), Silent(1), Lost(1), Runs("alpha", 2, 2)]).When(new NodeReturned(new(1), Start))
        .ButPeers().Then(new AssignmentIssued(new(1), 3, [], [Alpha], Start));

    [Fact]
    public void one_that_comes_back_in_time_serves_on() => Spec.GivenInputs([.. Alone, Silent(1)]).When(new NodeReturned(new(1), Start)).ButPeers().Then();

    [Fact]
    public void a_silent_node_takes_no_new_chains() => Spec.GivenInputs(On, Registered(1), Enrolled(1), Silent(1)).When(Bought("alpha"))
        .ThenState(n => Assert.Equal(ChainPhase.Deferred, n.Chains[Alpha].Phase));

    [Fact]
    public void a_node_is_lost_only_after_it_was_suspected() => Spec.GivenInputs(Alone).When(Lost(1)).ThenNothing();

    private static NodeSuspected Silent(long node) => new(new(node), Start, Start);

    private static NodeLost Lost(long node) => new(new(node), Start, Start);

    private static NodeExitStarted Leaves(long node) => new(Origin(), new(node));
}
