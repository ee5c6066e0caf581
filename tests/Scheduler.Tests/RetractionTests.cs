using Skale.Contracts;
using Skale.Scheduler.Domain;
using static Skale.Scheduler.Tests.Sample;

namespace Skale.Scheduler.Tests;

/// <summary>Facts that turn out not to be in the chain are undone, whatever came of them.</summary>
public sealed class RetractionTests
{
    private static readonly ChainName Alpha = new("alpha");
    private static readonly object[] Active = [Registered(1), Enrolled(1), Bought("alpha", 32, 1, 1), Runs("alpha", 1, 2)];
    private static readonly SubnodeRemovalOrdered End = new(new(1), Alpha, 2, Start);

    [Fact]
    public void a_chain_that_was_never_bought_is_stopped() => Spec.GivenInputs(Active).When(Retracted(3, 2)).Then(new PurchaseUndone(Alpha, Start), End);

    [Fact]
    public void its_slices_are_free_and_it_is_forgotten_when_the_agent_confirms() => Spec.GivenInputs([.. Active, Retracted(3, 2)]).When(Gone("alpha", 1, 3)).ThenState(n =>
    {
        Assert.Empty(n.Chains);
        Assert.Equal(128, n.Nodes[new(1)].Free);
    });

    [Fact]
    public void one_that_waits_is_forgotten_at_once_and_its_deadline_with_it() => Spec.GivenInputs(Bought("alpha")).When(Retracted(2, 1)).ThenState(n =>
    {
        Assert.Empty(n.Chains);
        Assert.Null(n.NextDeadline);
    });

    [Fact]
    public void its_name_can_be_bought_again_while_it_is_being_removed_and_begins_when_that_is_done() => Spec
        .GivenInputs([.. Active, Retracted(3, 2), Bought("alpha", 16, 1, 1)]).When(Gone("alpha", 1, 3)).Then(
            Released("alpha", 1), new RemovalCompleted(Alpha, Start), new CreationRepeated(Alpha, "nothing is left of what was retracted", Start),
            Followed("alpha", 1), Reserved("alpha", 1, 16), Ordered("alpha", 1, 16, generation: 3));

    [Fact]
    public void one_that_is_bought_again_and_deleted_is_removed_for_good() => Spec
        .GivenInputs([.. Active, Retracted(3, 2), Bought("alpha", 16, 1, 1), Deleted("alpha")]).When(Gone("alpha", 1, 3))
        .ThenState(n => Assert.Equal(ChainPhase.Removed, n.Chains[Alpha].Phase));

    [Fact]
    public void a_late_confirmation_of_the_removal_before_releases_nothing_and_the_agent_is_told_again() => Spec
        .GivenInputs([.. Active, Retracted(3, 2), Bought("alpha", 16, 1, 1), Gone("alpha", 1, 3), Deleted("alpha")]).When(Gone("alpha", 1, 3) with { Generation = 2 })
        .Then(new AssignmentIssued(new(1), 4, [], [Alpha], Start));

    [Fact]
    public void a_chain_that_was_never_deleted_comes_back_and_what_is_lost_is_told() => Spec.GivenInputs([.. Active, Deleted("alpha")]).When(Retracted(4, 3))
        .Then(new DeletionUndone(Alpha, [new(1)], Start));

    [Fact]
    public void it_begins_again_when_the_removal_is_done() => Spec.GivenInputs([.. Active, Deleted("alpha"), Retracted(4, 3)]).When(Gone("alpha", 1, 3))
        .ThenLast<SubnodeOrdered>(e => Assert.Equal(3, e.Generation));

    [Fact]
    public void one_that_was_gone_already_begins_again_at_once() => Spec.GivenInputs([.. Active, Deleted("alpha"), Gone("alpha", 1, 3)]).When(Retracted(4, 3)).Then(
        new DeletionUndone(Alpha, [new(1)], Start), new CreationRepeated(Alpha, "nothing is left of what was retracted", Start),
        Followed("alpha", 1), Reserved("alpha", 1), Ordered("alpha", 1, generation: 3));

    [Fact]
    public void lost_data_is_told_on_the_bus()
    {
        Assert.Equal([new NodeId(1)], Assert.IsType<ChainDataLost>(StoredEvents.Announce(new DeletionUndone(Alpha, [new(1)], Start))).Nodes);
        Assert.Null(StoredEvents.Announce(new DeletionUndone(Alpha, [], Start)));
    }

    [Fact]
    public void a_node_is_as_it_was_before() => Spec
        .GivenInputs(Registered(1), new NodeMaintenanceChanged(Origin(), new(1), true), new NodeExitStarted(Origin(), new(1)), new NodeAddressChanged(Origin(), new(1), "10.0.0.1", "10.9.9.9"))
        .When(Retracted(5, 3, 4)).Then(new NodeReset(new(1), NodeStanding.Active, true, true, "10.0.0.1", Start));

    [Fact]
    public void a_node_that_was_never_registered_is_gone_and_its_chains_are_placed_anew() => Spec
        .GivenInputs(Bought("alpha", 32, 1), Registered(1), Enrolled(1), Registered(2), Enrolled(2)).When(Retracted(4, 2, 3)).ThenState(n =>
        {
            Assert.All(n.Nodes.Values, node => Assert.False(node.IsRegistered));
            Assert.Equal(ChainPhase.Removing, n.Chains[Alpha].Phase);
        });

    [Fact]
    public void a_fact_about_it_has_no_effect() => Spec.GivenInputs(Registered(1), Retracted(2, 1)).When(new NodeExitStarted(Origin(), new(1)))
        .ThenOnly(new FactWithoutEffect(Origin(3), "NodeExitStarted", "node-1", "node 1 is not registered", Start));

    [Fact]
    public void it_can_be_registered_again_with_the_agent_that_it_had() => Spec.GivenInputs(Registered(1), Enrolled(1), Retracted(2, 1)).When(Registered(1, port: 20_000))
        .ThenState(n => Assert.Equal((20_000, true, Sample.Machine), (n.Nodes[new(1)].Port, n.Nodes[new(1)].Visible, n.Nodes[new(1)].Machine)));

    [Fact]
    public void what_was_refused_because_of_it_is_decided_again() => Spec
        .GivenInputs(Registered(1), Bought("big", 128, 1, 1), Bought("alpha", 32, 1, 1), new NodeExitCompleted(Origin(), new(1))).When(Retracted(5, 4))
        .ThenState(n => Assert.Equal(ChainPhase.Deferred, n.Chains[Alpha].Phase));

    [Fact]
    public void facts_without_effect_are_retracted_without_one() => Spec.GivenInputs(Registered(1), Registered(1)).When(Retracted(3, 2)).Then();
}
