using Skale.Contracts;
using Skale.Scheduler.Domain;
using static Skale.Scheduler.Tests.Sample;

namespace Skale.Scheduler.Tests;

/// <summary>An active chain, and what agents report about it: late, twice, out of order, and from strangers.</summary>
public sealed class ServiceTests
{
    private static readonly object[] Active = [Registered(1), Enrolled(1), Bought("alpha", 32, 1, 1), Runs("alpha", 1, 2)];
    private static readonly NodeEnrolled Silent = Enrolled(1, 3);

    [Fact]
    public void a_failing_member_degrades_the_chain_with_its_reason() =>
        Spec.GivenInputs(Active).When(Fails("alpha", 1, 3)).Then(new ServiceDegraded(new("alpha"), new(1), "does not answer", Start));

    [Fact]
    public void a_chain_degrades_once() => Spec.GivenInputs([.. Active, Fails("alpha", 1, 3)]).When(Fails("alpha", 1, 4)).Then();

    [Fact]
    public void the_member_back_restores_the_chain() =>
        Spec.GivenInputs([.. Active, Fails("alpha", 1, 3)]).When(Runs("alpha", 1, 4)).Then(new ServiceRestored(new("alpha"), Start));

    [Fact]
    public void an_agent_that_starts_without_the_subnode_degrades_the_chain() => Spec.GivenInputs(Active).When(Silent).Then(
        new AssignmentIssued(new(1), 1, [Subnode("alpha")], [], Start),
        new ServiceDegraded(new("alpha"), new(1), "its agent has started again and does not say that it runs", Start));

    [Fact]
    public void an_agent_that_starts_with_the_subnode_running_changes_nothing() => Spec.GivenInputs(Active)
        .When(Enrolled(1, 3, new SubnodeStatus(new("alpha"), 1, SubnodeCondition.Running, null)))
        .Then(new AssignmentIssued(new(1), 1, [Subnode("alpha")], [], Start));

    [Fact]
    public void an_agent_can_complete_a_chain_with_its_enrolment() => Spec.GivenInputs(Active[..3])
        .When(Enrolled(1, 3, new SubnodeStatus(new("alpha"), 1, SubnodeCondition.Running, null)))
        .Then(new AssignmentIssued(new(1), 1, [Subnode("alpha")], [], Start), new CreationCompleted(new("alpha"), Start));

    [Fact]
    public void an_agent_that_starts_with_the_subnode_failing_degrades_the_chain() => Spec.GivenInputs(Active)
        .When(Enrolled(1, 3, new SubnodeStatus(new("alpha"), 1, SubnodeCondition.Failing, "no memory")))
        .ThenLast<ServiceDegraded>(e => Assert.Equal("no memory", e.Reason));

    [Fact]
    public void a_report_older_than_the_enrolment_is_dropped() => Spec.GivenInputs([.. Active, Silent]).When(Runs("alpha", 1, 2)).ThenNothing();

    [Fact]
    public void an_enrolment_older_than_a_report_does_not_undo_it() =>
        Spec.GivenInputs([.. Active, Fails("alpha", 1, 5)]).When(Enrolled(1, 4, new SubnodeStatus(new("alpha"), 1, SubnodeCondition.Running, null)))
            .Then(new AssignmentIssued(new(1), 1, [Subnode("alpha")], [], Start));

    [Fact]
    public void a_repeated_report_is_dropped() => Spec.GivenInputs(Active).When(Runs("alpha", 1, 2)).ThenNothing();

    [Fact]
    public void a_report_out_of_order_is_dropped() => Spec.GivenInputs([.. Active, Runs("alpha", 1, 5)]).When(Fails("alpha", 1, 4)).ThenNothing();

    [Fact]
    public void a_report_about_an_order_before_the_present_one_is_dropped() => Spec.GivenInputs(Active).When(Fails("alpha", 1, 3, generation: 0)).ThenNothing();

    [Fact]
    public void a_report_about_a_chain_the_node_does_not_serve_is_dropped() =>
        Spec.GivenInputs([.. Active, Registered(2), Enrolled(2)]).When(Runs("alpha", 2, 2)).ThenNothing();

    [Fact]
    public void a_report_about_an_unknown_chain_is_dropped() => Spec.GivenInputs(Active).When(Runs("beta", 1, 3)).ThenNothing();

    [Fact]
    public void a_report_before_the_order_is_dropped() => Spec.GivenInputs(Registered(1), Bought("alpha", 32, 1, 1)).When(Runs("alpha", 1, 1)).ThenNothing();

    [Fact]
    public void a_removal_nobody_ordered_is_dropped() => Spec.GivenInputs(Active).When(Gone("alpha", 1, 3)).ThenNothing();

    [Fact]
    public void a_report_of_a_stranger_is_impossible()
    {
        foreach (var report in new IReport[] { Runs("alpha", 9, 1), Fails("alpha", 9, 1), Gone("alpha", 9, 1), new AssignmentRequested(new(9), 1, 0, Start) })
        {
            Spec.GivenInputs(Active).When(report).ThenImpossible("comes from node 9, which is not registered in network 'test'");
        }
    }
}
