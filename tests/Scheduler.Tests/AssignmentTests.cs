using Skale.Contracts;
using Skale.Scheduler.Domain;
using static Skale.Scheduler.Tests.Sample;

namespace Skale.Scheduler.Tests;

/// <summary>What an agent is told when it starts or has missed something, and how its orders are counted.</summary>
public sealed class AssignmentTests
{
    private static readonly object[] Full =
    [
        Registered(1), Enrolled(1), Bought("runs", 1, 1, 1), Bought("ends", 1, 1, 1), Bought("fails", 1, 1, 1), Bought("ordered", 1, 1, 1),
        Runs("runs", 1, 2), Fails("fails", 1, 3, 3), Deleted("ends"),
    ];

    [Fact]
    public void an_assignment_holds_everything_to_run_and_everything_to_destroy() =>
        Spec.GivenInputs(Full).When(new AssignmentRequested(new(1), 4, 2, Start)).Then(new AssignmentIssued(
            new(1), 5,
            [Subnode("fails", 1, 2, 3), Subnode("ordered", 1, 3, 4), Subnode("runs", 1, 0, 1)],
            [new("ends")], Start));

    [Fact]
    public void a_repeated_request_is_answered_once() =>
        Spec.GivenInputs([.. Full, new AssignmentRequested(new(1), 4, 2, Start)]).When(new AssignmentRequested(new(1), 4, 2, Start)).ThenNothing();

    [Fact]
    public void a_request_older_than_the_enrolment_is_dropped() =>
        Spec.GivenInputs([.. Full, Enrolled(1, 9)]).When(new AssignmentRequested(new(1), 8, 2, Start)).ThenNothing();

    [Fact]
    public void an_assignment_gives_no_new_number() =>
        Spec.GivenInputs(Full).When(new AssignmentRequested(new(1), 4, 2, Start)).ThenState(n => Assert.Equal(5, n.Nodes[new(1)].Generation));

    [Fact]
    public void each_order_to_a_node_has_the_next_number() => Spec.GivenInputs(Full).When(Bought("next", 1, 1, 1))
        .ThenLast<SubnodeOrdered>(e => Assert.Equal((6, 6), (e.Generation, e.Subnode.Generation)));

    [Fact]
    public void nodes_count_their_orders_apart() => Spec.GivenInputs([.. Full, Registered(2), Enrolled(2)]).When(Bought("next", 1, 1, 2))
        .ThenLast<SubnodeOrdered>(e => Assert.Equal(1, e.Generation));

    [Fact]
    public void what_is_only_reserved_is_not_assigned_before_it_is_ordered() =>
        Spec.GivenInputs(Registered(1), Bought("alpha", 32, 1, 1)).When(Enrolled(1)).Then(new AssignmentIssued(new(1), 0, [], [], Start), Ordered("alpha", 1));
}
