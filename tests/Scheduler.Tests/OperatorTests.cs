using Skale.Contracts;
using Skale.Scheduler.Domain;
using static Skale.Scheduler.Tests.Sample;

namespace Skale.Scheduler.Tests;

/// <summary>Rotation, drain and resize as operators ask for them.</summary>
public sealed class OperatorTests
{
    private static readonly object[] Nodes = [Started with { Policy = Policy with { Tenancy = Tenants, Replacement = Replacing } }, Registered(1), Enrolled(1), Registered(2), Enrolled(2)];
    private static readonly ChainName Alpha = new("alpha");

    /// <summary>One member of one chain of 32 slices, on node 1, which runs.</summary>
    private static readonly object[] Running = [Nodes[0], Registered(1), Enrolled(1), Asked("alpha"), Runs("alpha", 1, 2)];

    [Fact]
    public void growth_is_reserved_at_once_and_ordered_without_a_restart() => Spec.GivenInputs(Running).When(Resize("alpha", 64)).Then(
        new ChainResized(Alpha, 32, 64, Start), new SlicesResized(new(1), Alpha, 32, 64, Start),
        new LimitsOrdered(new(1), Alpha, 2, Subnode("alpha", 64, 0, 2), Start));

    [Fact]
    public void what_is_given_back_is_free_when_the_agent_has_confirmed_it() => Spec.GivenInputs(Running).When(Resize("alpha", 8))
        .AndThen().When(Runs("alpha", 1, 3, 2)).Then(new SlicesResized(new(1), Alpha, 32, 8, Start));

    [Fact]
    public void an_answer_under_the_old_order_gives_nothing_back() => Spec.GivenInputs([.. Running, Resize("alpha", 8)]).When(Runs("alpha", 1, 3, 1)).ThenNothing();

    [Fact]
    public void a_chain_that_is_removed_while_it_shrinks_frees_all_that_it_held() =>
        Spec.GivenInputs([.. Running, Resize("alpha", 8), Unwanted("alpha")]).When(Gone("alpha", 1, 3) with { Generation = 3 }).ThenState(n => Assert.Equal(128, n.Nodes[new(1)].Free));

    [Theory]
    [InlineData("none", 8, RefusalCause.NotFound, "there is no chain 'none'")]
    [InlineData("alpha", 129, RefusalCause.Invalid, "it asks for 129 slices of each node; a node has 128")]
    [InlineData("bought", 8, RefusalCause.Conflict, "was bought in the contract with 90 slices")]
    [InlineData("alpha", 64, RefusalCause.Conflict, "needs 64 slices of each of its nodes; node 1 has 6 free beside the chain's 32")]
    public void what_cannot_be_is_refused_with_the_figures(string chain, int slices, RefusalCause cause, string because) =>
        Spec.GivenInputs([.. Running, Bought("bought", 90, 1, 1)]).When(Resize(chain, slices)).ThenLast<RequestRefused>(e =>
        {
            Assert.Equal(cause, e.Cause);
            Assert.Contains(because, e.Reason, StringComparison.Ordinal);
        });

    [Fact]
    public void growth_beyond_the_quota_is_refused() => Spec.GivenInputs([.. Nodes, Asked("alpha", groupSize: 2)]).When(Resize("alpha", 128))
        .ThenLast<RequestRefused>(e => Assert.Equal(RefusalCause.OverQuota, e.Cause));

    [Fact]
    public void a_drained_node_hands_over_its_chains_and_takes_none() => Spec.GivenInputs([.. Running, Registered(2), Enrolled(2)]).When(Drain(1)).ThenState(n => Assert.Equal(
        (new NodeId(2), ReplacementReason.NodeDrained, false), (n.Chains[Alpha].Underway!.New, n.Chains[Alpha].Underway!.Reason, n.Nodes[new(1)].Visible)));

    [Fact]
    public void a_drain_that_is_undone_leaves_its_chains_where_they_are() => Spec.GivenInputs([.. Running, Registered(2), Enrolled(2), Drain(1)]).When(Drain(1, drain: false)).ThenState(n =>
        Assert.Equal((null, false, [new NodeId(1)]), (n.Chains[Alpha].Underway, n.Nodes[new(1)].Draining, n.Chains[Alpha].Group.ToArray()),
            EqualityComparer<(Underway?, bool, NodeId[])>.Create((a, b) => a.Item1 == b.Item1 && a.Item2 == b.Item2 && a.Item3.SequenceEqual(b.Item3))));

    [Fact]
    public void what_the_contract_placed_stays_on_a_drained_node() => Spec.GivenInputs([Nodes[0], Registered(1), Enrolled(1), Registered(2), Enrolled(2), Bought("bought", 8, 1, 1)]).When(Drain(1))
        .ThenState(n => Assert.Equal((null, true), (n.Chains[new("bought")].Underway, n.Nodes[new(1)].Draining)));

    [Fact]
    public void a_rotation_is_the_contract_s_where_it_chose_the_nodes() => Spec.GivenInputs([.. Nodes, Bought("bought", 8, 1, 1)]).When(Rotation("bought"))
        .ThenLast<RequestRefused>(e => Assert.Contains("only the contract rotates it", e.Reason, StringComparison.Ordinal));

    [Fact]
    public void a_newcomer_that_fails_ends_the_rotation_with_its_reason() => Spec
        .GivenInputs([.. Running, Registered(2), Enrolled(2), Rotation("alpha", 1), Fails("alpha", 2, 2)])
        .When(new TimePassed(Start + TimeSpan.FromMinutes(1)), Start + TimeSpan.FromMinutes(1)).ThenState(n =>
            Assert.Equal(new RequestOutcome(false, "does not answer"), n.Requests[Key("rotate alpha")].Outcome));
}
