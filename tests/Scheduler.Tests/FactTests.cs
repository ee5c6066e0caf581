using Skale.Contracts;
using Skale.Scheduler.Domain;
using static Skale.Scheduler.Tests.Sample;

namespace Skale.Scheduler.Tests;

public sealed class FactTests
{
    [Fact]
    public void a_repeated_fact_decides_nothing() => Spec.GivenInputs(Registered(1), Registered(2)).When(Numbered(Registered(1), 1)).ThenNothing();

    [Fact]
    public void a_fact_behind_a_gap_is_impossible() =>
        Spec.GivenInputs(Registered(1)).When(Numbered(Registered(3), 3)).ThenImpossible("Fact 3 came before fact 2");

    [Fact]
    public void a_fact_of_another_network_is_impossible() => Spec.Given().When(Registered(1) with { Origin = Origin(1, "other") })
        .ThenImpossible("A fact of network 'other' reached the scheduler of 'test'. Check Scheduler:Network and the bus address.");

    [Fact]
    public void a_fact_without_effect_counts_as_one() => Spec.Given().When(Deleted("alpha")).ThenState(n => Assert.Equal(1, n.LastFact));

    [Fact]
    public void facts_that_concern_nobody_here_are_kept()
    {
        Spec.Given().When(new ChainTypeAdded(Origin(), 1, 1, 16)).Then();
        Spec.Given().When(new ChainTypeRemoved(Origin(), 1)).Then();
        Spec.Given().When(new UnmappedLogSeen(Origin(), "0x1", ["0x2"], "0x", null)).Then();
        Spec.Given().When(new ConstantChanged(Origin(), "0x1", "RotationDelay", "1", "2")).Then();
        Spec.Given().When(new ChainRotated(Origin(), null, "0x1", RotationReason.NodeExit, new(1), new(2), 1, Start, [new(2)], [])).Then();
        Spec.Given().When(new KeyCeremonyFailed(Origin(), new("alpha"), "0x1", new(1), null, Stuck: true)).Then();
    }

    [Fact]
    public void a_difference_from_the_contract_is_kept_once_and_so_is_its_end()
    {
        var told = new ManagerDiffers(NetworkName, "node 1", "free units", "128", "120", false, 7, "0xb7", Start);
        var gone = new ManagerDifferenceGone(NetworkName, "node 1", "free units", 9, "0xb9", Start.AddSeconds(5));
        Spec.Given().When(told).Then();
        Spec.GivenInputs(told).When(told).ThenNothing();
        Spec.GivenInputs(told).When(gone).Then();
        Spec.GivenInputs(told, gone).When(told).ThenNothing();
        Spec.GivenInputs(told, gone).When(told with { What = "status" }).Then();
        Spec.Given().When(told with { Network = "other" }).ThenImpossible("A difference of network 'other' reached the scheduler of 'test'");
    }

    [Fact]
    public void a_gap_on_the_bus_is_recorded() => Spec.Given().When(new FactGapSeen(NetworkName, 0, Start)).Then();

    [Fact]
    public void a_start_is_recorded_with_its_policy() => Spec.Given().When(Started with { Policy = Policy with { Image = "evm:2" } })
        .ThenState(n => Assert.Equal("evm:2", n.Policy.Image));

    [Fact]
    public void a_log_serves_one_network_for_ever() => Spec.GivenInputs(Registered(1)).When(Started with { Network = "other" })
        .ThenImpossible("This log belongs to network 'test', not to 'other'");

    [Fact]
    public void an_input_without_a_rule_is_an_error() => Spec.Given().When("nonsense").ThenImpossible("No rule for input String");
}
