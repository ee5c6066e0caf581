using Skale.Contracts;
using Skale.Scheduler.Domain;
using static Skale.Scheduler.Tests.Sample;

namespace Skale.Scheduler.Tests;

/// <summary>A chain can be deleted in every phase of its life.</summary>
public sealed class RemovalTests
{
    private static readonly object[] Creating = [Registered(1), Enrolled(1), Registered(2), Bought("alpha", 32, 2, 1, 2)];
    private static readonly object[] Active = [Registered(1), Enrolled(1), Bought("alpha", 32, 1, 1), Runs("alpha", 1, 2)];
    private static readonly SubnodeRemovalOrdered End = new(new(1), new("alpha"), 2, Start);

    [Fact]
    public void a_chain_that_waits_is_gone_at_once() => Spec.GivenInputs(Bought("alpha")).When(Deleted("alpha")).Then(new RemovalCompleted(new("alpha"), Start));

    [Fact]
    public void its_deadline_goes_with_it() =>
        Spec.GivenInputs(Bought("alpha")).When(Deleted("alpha")).ThenState(n => Assert.Null(n.NextDeadline));

    [Fact]
    public void in_creation_orders_are_taken_back_and_what_was_only_reserved_is_free() =>
        Spec.GivenInputs(Creating).When(Deleted("alpha")).Then(Released("alpha", 2), End);

    [Fact]
    public void an_active_chain_is_removed_from_every_member() => Spec.GivenInputs(Active).When(Deleted("alpha")).Then(End);

    [Fact]
    public void a_degraded_chain_is_removed_too() => Spec.GivenInputs([.. Active, Fails("alpha", 1, 3)]).When(Deleted("alpha")).Then(End);

    [Fact]
    public void slices_are_free_when_the_agent_confirms() => Spec.GivenInputs([.. Active, Deleted("alpha")]).When(Gone("alpha", 1, 3))
        .Then(Released("alpha", 1), new RemovalCompleted(new("alpha"), Start));

    [Fact]
    public void a_repeated_confirmation_decides_nothing() => Spec.GivenInputs([.. Active, Deleted("alpha"), Gone("alpha", 1, 3)]).When(Gone("alpha", 1, 3)).ThenNothing();

    [Fact]
    public void an_agent_that_confirms_under_the_order_before_is_told_again_once()
    {
        var stale = Gone("alpha", 1, 3) with { Generation = 1 };
        Spec.GivenInputs([.. Active, Deleted("alpha")]).When(stale).Then(new AssignmentIssued(new(1), 2, [], [new("alpha")], Start));
        Spec.GivenInputs([.. Active, Deleted("alpha"), stale]).When(stale).ThenNothing();
        Spec.GivenInputs([.. Active, Deleted("alpha"), stale]).When(Gone("alpha", 1, 4) with { Generation = 2 }).Then(Released("alpha", 1), new RemovalCompleted(new("alpha"), Start));
    }

    [Fact]
    public void removal_is_complete_with_the_last_confirmation() => Spec
        .GivenInputs(Registered(1), Enrolled(1), Registered(2), Enrolled(2), Bought("alpha", 32, 2, 1, 2), Deleted("alpha"), Gone("alpha", 2, 2))
        .When(Gone("alpha", 1, 2)).Then(Released("alpha", 1), new RemovalCompleted(new("alpha"), Start));

    [Fact]
    public void a_late_report_that_it_runs_changes_nothing() => Spec.GivenInputs([.. Active, Deleted("alpha")]).When(Runs("alpha", 1, 3)).ThenNothing();

    [Fact]
    public void an_agent_that_starts_is_told_to_remove_it_still() => Spec.GivenInputs([.. Active, Deleted("alpha")]).When(Enrolled(1, 3))
        .Then(new AssignmentIssued(new(1), 2, [], [new("alpha")], Start));

    [Fact]
    public void deletion_while_removing_has_no_effect() => WithoutEffect([.. Active, Deleted("alpha")], 4);

    [Fact]
    public void deletion_of_what_is_removed_has_no_effect() => WithoutEffect([.. Active, Deleted("alpha"), Gone("alpha", 1, 3)], 4);

    [Fact]
    public void deletion_of_what_was_refused_has_no_effect() => WithoutEffect([Bought("alpha", 200)], 2);

    [Fact]
    public void deletion_of_the_unknown_has_no_effect() => WithoutEffect([], 1);

    private static void WithoutEffect(object[] before, long number) => Spec.GivenInputs(before).When(Deleted("alpha"))
        .ThenOnly(new FactWithoutEffect(Origin(number), "ChainDeleted", "chain-alpha", "chain 'alpha' does not run here", Start));
}
