using Skale.Contracts;
using Skale.Scheduler.Domain;
using static Skale.Scheduler.Tests.Sample;

namespace Skale.Scheduler.Tests;

/// <summary>Every member's machine knows who the others are, and is told when that changes.</summary>
public sealed class PeeringTests
{
    private static readonly ChainName Alpha = new("alpha");
    private static readonly object[] Active =
    [
        Started with { Policy = Policy with { Replacement = Replacing } }, .. Enumerable.Range(1, 3).SelectMany(n => (object[])[Registered(n), Enrolled(n)]),
        Bought("alpha", 32, 2, 1, 2), Runs("alpha", 1, 2), Runs("alpha", 2, 2),
    ];

    [Fact]
    public void at_creation_each_order_names_all_others_so_nobody_is_told_again() => Spec.GivenInputs(Active[..^3]).When(Active[^3]).Then(
        new GroupChosen(Alpha, [new(1), new(2)], Placement.ByContract, FirstNodeMissing, Start), Reserved("alpha", 1), Reserved("alpha", 2),
        Ordered("alpha", 1, peers: [2]), Ordered("alpha", 2, peers: [1]));

    [Fact]
    public void members_are_told_of_a_newcomer_before_it_serves() => Spec.GivenInputs(Active).When(Rotated("alpha", 1, 3, 1, [3, 2])).Then(
        Begun, Reserved("alpha", 3), Ordered("alpha", 3, peers: [1, 2]), Told(1, 2, 2, 3), Told(2, 2, 1, 3));

    [Fact]
    public void and_not_of_who_is_to_be_removed_any_more() => Spec.GivenInputs([.. Active, Rotated("alpha", 1, 3, 1, [3, 2])]).When(Runs("alpha", 3, 2)).Then(
        new ReplacementCompleted(Alpha, 0, new(1), new(3), [new(3), new(2)], Start), new SubnodeRemovalOrdered(new(1), Alpha, 3, Start), Told(2, 3, 3), Told(3, 2, 2));

    [Fact]
    public void a_member_with_another_address_is_told_to_the_others() => Spec.GivenInputs(Active).When(new NodeAddressChanged(Origin(), new(1), "10.0.0.1", "10.9.9.9")).Then(
        new PeersOrdered(new(2), Alpha, 2, Subnode("alpha", generation: 2) with { Peers = [new(new(1), "10.9.9.9", FirstPort)] }, Start));

    [Fact]
    public void who_is_told_runs_on() => Spec.GivenInputs([.. Active, Rotated("alpha", 1, 3, 1, [3, 2])]).When(new TimePassed(Start))
        .ThenState(n => Assert.Equal((ChainPhase.Active, MemberPhase.Running, 2), (n.Chains[Alpha].Phase, n.Chains[Alpha].Members[new(2)].Phase, n.Nodes[new(2)].Generation)));

    [Fact]
    public void a_report_about_the_order_before_is_none_of_this_one() =>
        Spec.GivenInputs([.. Active, Rotated("alpha", 1, 3, 1, [3, 2])]).When(Fails("alpha", 2, 3, generation: 1)).ThenNothing();

    private static ReplacementStarted Begun => new(Alpha, 0, new(1), new(3), ReplacementReason.ContractRotation, Placement.ByContract, FirstNodeMissing, Start);

    private static PeersOrdered Told(long node, long generation, params long[] others) => new(
        new(node), Alpha, generation, Subnode("alpha", generation: generation) with { Peers = [.. others.Select(o => new Peer(new(o), "10.0.0.1", FirstPort))] }, Start);
}
