using Skale.Contracts;
using Skale.Scheduler.Domain;
using static Skale.Scheduler.Tests.Sample;

namespace Skale.Scheduler.Tests;

public sealed class NodeTests
{
    [Fact]
    public void a_registered_node_is_recorded() => Spec.Given().When(Registered(1)).Then();

    [Fact]
    public void an_agent_that_enrols_gets_an_empty_assignment() =>
        Spec.GivenInputs(Registered(1)).When(Enrolled(1)).Then(new AssignmentIssued(new(1), 0, [], [], Start));

    [Fact]
    public void an_enrolment_before_the_registration_waits_for_it() => Spec.Given().When(Enrolled(1)).Then();

    [Fact]
    public void the_registration_answers_an_agent_that_enrolled_before_it() =>
        Spec.GivenInputs(Enrolled(1)).When(Registered(1)).Then(new AssignmentIssued(new(1), 0, [], [], Start));

    [Fact]
    public void a_node_whose_agent_enrolled_early_takes_chains() =>
        Spec.GivenInputs(Enrolled(1), Registered(1)).When(Bought("alpha", 32, 1, 1))
            .Then(Followed("alpha", 1), Reserved("alpha", 1), Ordered("alpha", 1));

    [Fact]
    public void the_last_early_enrolment_counts() => Spec.GivenInputs(Enrolled(1, report: 2)).When(Enrolled(1, report: 1)).ThenNothing();

    [Fact]
    public void a_repeated_enrolment_decides_nothing() => Spec.GivenInputs(Registered(1), Enrolled(1, report: 3)).When(Enrolled(1, report: 3)).ThenNothing();

    [Fact]
    public void a_second_registration_of_a_node_has_no_effect() => Spec.GivenInputs(Registered(1)).When(Registered(1))
        .ThenOnly(new FactWithoutEffect(Origin(2), "NodeRegistered", "node-1", "node 1 is known already", Start));

    [Fact]
    public void a_fact_about_a_stranger_has_no_effect() => Spec.Given().When(new NodeExitStarted(Origin(), new(9)))
        .ThenOnly(new FactWithoutEffect(Origin(1), "NodeExitStarted", "node-9", "node 9 is not registered", Start));

    [Fact]
    public void the_address_follows_the_contract() => Spec.GivenInputs(Registered(1)).When(new NodeAddressChanged(Origin(), new(1), "10.0.0.1", "10.0.0.2"))
        .ThenState(n => Assert.Equal("10.0.0.2", n.Nodes[new(1)].Ip));

    [Theory]
    [InlineData("leaving")]
    [InlineData("left")]
    [InlineData("maintenance")]
    [InlineData("incompliant")]
    public void a_node_that_is_not_visible_takes_no_new_chain(string why) => Spec.GivenInputs(Registered(1), Enrolled(1), Registered(2), Enrolled(2), Hidden(why, 1))
        .When(Bought("alpha", 32, 2))
        .Then(new CreationDeferred(
            new("alpha"), "needs 2 nodes with 32 free slices, free ports and a running agent; 1 have them", Start + Patience, Start));

    [Theory]
    [InlineData("maintenance")]
    [InlineData("incompliant")]
    [InlineData("leaving")]
    public void a_node_that_is_not_visible_keeps_its_chains(string why) =>
        Spec.GivenInputs(Registered(1), Enrolled(1), Bought("alpha"), Runs("alpha", 1, 2)).When(Hidden(why, 1)).Then();

    [Fact]
    public void a_node_back_from_maintenance_takes_the_chain_that_waits() => Spec
        .GivenInputs(Registered(1), Enrolled(1), Hidden("maintenance", 1), Bought("alpha", 32, 1))
        .When(new NodeMaintenanceChanged(Origin(), new(1), false))
        .ThenState(n => Assert.Equal(ChainPhase.Creating, n.Chains[new("alpha")].Phase));

    private static IFact Hidden(string why, long node) => why switch
    {
        "leaving" => new NodeExitStarted(Origin(), new(node)),
        "left" => new NodeExitCompleted(Origin(), new(node)),
        "maintenance" => new NodeMaintenanceChanged(Origin(), new(node), true),
        _ => new NodeComplianceChanged(Origin(), new(node), false),
    };
}
