using Skale.Contracts;
using Skale.Scheduler.Domain;
using static Skale.Scheduler.Tests.Sample;

namespace Skale.Scheduler.Tests;

public sealed class DeferralTests
{
    private const string NoNode = "needs 1 nodes with 100 free slices, free ports and a running agent; 0 have them";
    private static readonly DateTimeOffset Deadline = Start + Patience;
    private static readonly object[] Waiting = [Registered(1), Bought("alpha", 100)];

    [Fact]
    public void a_chain_without_enough_nodes_waits() => Spec.GivenInputs(Registered(1)).When(Bought("alpha", 100))
        .Then(new CreationDeferred(new("alpha"), NoNode, Deadline, Start));

    [Fact]
    public void a_chain_on_full_nodes_the_contract_names_waits() => Spec.GivenInputs(Registered(1), Enrolled(1), Bought("first", 100, 1, 1)).When(Bought("alpha", 32, 1, 1))
        .Then(new CreationDeferred(new("alpha"), "needs 32 free slices and free ports on each node the contract names; missing on 1", Deadline, Start));

    [Fact]
    public void an_enrolment_ends_the_wait() => Spec.GivenInputs(Waiting).When(Enrolled(1)).ThenLast<SubnodeOrdered>(e => Assert.Equal(new("alpha"), e.Chain));

    [Fact]
    public void a_registration_after_the_enrolment_ends_the_wait() =>
        Spec.GivenInputs(Enrolled(1), Bought("alpha", 100)).When(Registered(1)).ThenLast<SubnodeOrdered>(e => Assert.Equal(new("alpha"), e.Chain));

    [Fact]
    public void released_slices_end_the_wait() => Spec
        .GivenInputs(Registered(1), Enrolled(1), Bought("first", 100, 1, 1), Bought("alpha", 100, 1, 1), Deleted("first")).When(Gone("first", 1, 2))
        .Then(
            Released("first", 1, 100), new RemovalCompleted(new("first"), Start),
            Followed("alpha", 1), Reserved("alpha", 1, 100), Ordered("alpha", 1, 100, generation: 3));

    [Fact]
    public void the_chain_that_waits_longest_is_looked_at_first()
    {
        var inputs = new List<object> { Registered(1) };
        inputs.AddRange([Bought("zeta", 100), Bought("alpha", 100)]);
        Spec.GivenInputs([.. inputs[..2]]).When(inputs[2], Start.AddSeconds(1)).AndThen()
            .When(Enrolled(1)).ThenState(n => Assert.Equal((ChainPhase.Creating, ChainPhase.Deferred), (n.Chains[new("zeta")].Phase, n.Chains[new("alpha")].Phase)));
    }

    [Fact]
    public void a_named_node_that_leaves_for_good_ends_the_wait() => Spec
        .GivenInputs(Registered(1), Enrolled(1), Bought("first", 100, 1, 1), Bought("alpha", 100, 1, 1)).When(new NodeExitCompleted(Origin(), new(1)))
        .Then(new CreationRefused(new("alpha"), "the contract names nodes that are not registered: 1", Start));

    [Fact]
    public void an_input_that_changes_nothing_for_it_leaves_it_waiting() => Spec.GivenInputs(Waiting).When(Registered(2)).Then();

    [Fact]
    public void time_before_the_deadline_decides_nothing() => Spec.GivenInputs(Waiting).When(new TimePassed(Deadline.AddTicks(-1)), Deadline.AddTicks(-1)).ThenNothing();

    [Fact]
    public void the_deadline_refuses() => Spec.GivenInputs(Waiting).When(new TimePassed(Deadline), Deadline)
        .Then(new CreationRefused(new("alpha"), $"{NoNode}; waited until 2026-01-01 12:10:00Z", Deadline));

    [Fact]
    public void the_deadline_stands_when_the_policy_changes() => Spec
        .GivenInputs([.. Waiting, Started with { Policy = Policy with { Patience = TimeSpan.FromDays(1) } }]).When(new TimePassed(Deadline), Deadline)
        .ThenLast<CreationRefused>(e => Assert.Equal(new("alpha"), e.Chain));

    [Fact]
    public void without_a_deadline_time_decides_nothing() => Spec.Given().When(new TimePassed(Deadline)).ThenNothing();

    [Fact]
    public void a_refused_chain_is_not_tried_again() =>
        Spec.GivenInputs(Waiting).When(new TimePassed(Deadline), Deadline).AndThen().When(Enrolled(1)).Then(new AssignmentIssued(new(1), 0, [], [], Deadline));

    [Fact]
    public void a_start_looks_at_it_again_and_lets_it_wait() => Spec.GivenInputs(Waiting).When(Started).Then();
}
