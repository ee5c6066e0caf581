using Skale.Contracts;
using Skale.Scheduler.Domain;
using static Skale.Scheduler.Tests.Sample;

namespace Skale.Scheduler.Tests;

/// <summary>Chains without a contract, from the request to the end, and what the operator may do to a node.</summary>
public sealed class RequestTests
{
    private static readonly object[] Nodes = [Started with { Policy = Policy with { Tenancy = Tenants } }, Registered(1), Enrolled(1), Registered(2), Enrolled(2)];

    /// <summary>Computed apart from this code: sha256 of "skale/request/" and the id; the position is that of the request.</summary>
    [Fact]
    public void a_request_is_admitted_placed_and_ordered_as_a_purchase_is() => Spec.GivenInputs(Nodes).When(Asked("alpha", groupSize: 2)).ThenState(n =>
    {
        var chain = n.Chains[new("alpha")];
        Assert.Equal((ChainPhase.Creating, 2, true), (chain.Phase, chain.Group.Length, chain.Members.Values.All(m => m.HasOrder)));
        Assert.Equal(Hash($"skale/request/{Key("alpha"):D}"), chain.Origin.BlockHash);
        Assert.Equal(n.Requests[Key("alpha")].Position, chain.Origin.Number);
    });

    [Fact]
    public void the_draw_is_made_again_from_what_is_recorded()
    {
        var (state, events) = (Deciding.Decider.Initial(), new List<object>());
        foreach (var input in (object[])[.. Nodes, Asked("alpha", groupSize: 2)])
        {
            events.AddRange(Deciding.Run(state, input is IFact fact ? Numbered(fact, state.LastFact + 1) : input, Start));
        }

        var (admitted, chosen) = (events.OfType<ChainAdmitted>().Single(), events.OfType<GroupChosen>().Single());
        Assert.Equal(events.FindIndex(e => e is ChainRequested) + 1, admitted.Position);
        var (group, evidence) = new UniformPlacement().Choose(new PlacementRequest([new(1), new(2)], 2, admitted.Entropy, admitted.ChainHash, admitted.Position));
        Assert.Equal(chosen.Group, group);
        Assert.Equal(chosen.Evidence.Draws, evidence.Draws);
        Assert.Equal(chosen.Evidence.Seed, evidence.Seed);
        Assert.Equal(Recomputation.Agrees, Explanation.Of(Deciding.Fold(events.TakeWhile(e => e is not GroupChosen)), chosen).Verdict);
    }

    [Fact]
    public void the_same_key_again_is_nothing_new() => Spec.GivenInputs([.. Nodes, Asked("alpha")]).When(Asked("alpha") with { Digest = "another" }).ThenNothing();

    [Fact]
    public void a_refusal_is_remembered_with_its_key() => Spec.GivenInputs([.. Nodes, Asked("alpha", "none"), Started]).When(Asked("alpha", "none")).ThenState(n =>
        Assert.Equal("there is no profile 'none'; there are: bad, brief, other, own, set", n.Requests[Key("alpha")].Refusal!.Reason));

    [Theory]
    [InlineData("a b", 1, 1, RefusalCause.Invalid, "' ' is not allowed")]
    [InlineData("alpha", 129, 1, RefusalCause.Invalid, "asks for 129 slices")]
    [InlineData("alpha", null, 1, RefusalCause.Invalid, "asks for -1 slices")]
    [InlineData("alpha", 1, 0, RefusalCause.Invalid, "asks for a group of 0 nodes")]
    [InlineData("bought", 1, 1, RefusalCause.Conflict, "there is a chain 'bought' already: Creating")]
    public void what_cannot_be_is_refused(string name, int? slices, int groupSize, RefusalCause cause, string because) =>
        Spec.GivenInputs([.. Nodes, Bought("bought", 1, 1, 1)]).When(Asked(name, null, slices, groupSize)).ThenLast<RequestRefused>(e =>
        {
            Assert.Equal(cause, e.Cause);
            Assert.Contains(because, e.Reason, StringComparison.Ordinal);
        });

    [Fact]
    public void a_strategy_that_draws_from_the_contract_s_books_is_none_for_a_chain_without_a_contract() => Spec.GivenInputs(Nodes).When(Asked("alpha", "bad"))
        .ThenLast<RequestRefused>(e => Assert.Contains("'skale' draws from the contract's books", e.Reason, StringComparison.Ordinal));

    [Fact]
    public void the_contract_s_books_know_nothing_of_it() => Spec.GivenInputs(Registered(0), Enrolled(0)).When(Asked("alpha", slices: 128)).ThenState(n =>
        Assert.Equal((null, 128, 0), (n.Contract.Doubt, n.Contract.FreeSlicesOf(new(0)), n.Nodes[new(0)].Free)));

    [Fact]
    public void its_removal_is_asked_for_and_its_name_is_free_again() => Spec.GivenInputs([Registered(1), Enrolled(1), Asked("alpha"), Unwanted("alpha"), Gone("alpha", 1, 2)])
        .When(Asked("alpha", key: "again")).ThenState(n => Assert.Equal(ChainPhase.Creating, n.Chains[new("alpha")].Phase));

    [Fact]
    public void what_was_bought_is_the_contract_s_to_delete() => Spec.GivenInputs([.. Nodes, Bought("alpha", 1, 1, 1)]).When(Unwanted("alpha"))
        .Then(new RequestRefused(Key("remove alpha"), RefusalCause.Conflict, "chain 'alpha' was bought in the contract; only the contract can delete it", Start));

    [Fact]
    public void what_was_asked_for_is_not_the_contract_s_to_delete() => Spec.GivenInputs([.. Nodes, Asked("alpha")]).When(Deleted("alpha"))
        .ThenOnly(new FactWithoutEffect(Origin(3), "ChainDeleted", "chain-alpha", "chain 'alpha' was not bought in the contract", Start));

    [Fact]
    public void a_removal_for_another_version_is_refused_with_both() => Spec.GivenInputs([.. Nodes, Asked("alpha")]).When(Unwanted("alpha", version: 1))
        .ThenLast<RequestRefused>(e => Assert.Matches(@"^chain 'alpha' is at version \d+; the request is for version 1$", e.Reason));

    [Fact]
    public void a_temporary_chain_is_warned_of_and_removed_when_its_time_is_over()
    {
        var (warned, over) = (Start + TimeSpan.FromMinutes(18), Start + TimeSpan.FromMinutes(20));
        object[] given = [.. Nodes, Asked("alpha", "brief")];
        Spec.GivenInputs(given).When(new TimePassed(warned.AddTicks(-1)), warned.AddTicks(-1)).ThenNothing();
        Spec.GivenInputs(given).When(new TimePassed(warned), warned).Then(new ExpiryNear(new("alpha"), over, warned));
        Spec.GivenInputs(given).When(new TimePassed(warned), warned).AndThen().When(new TimePassed(over), over).ThenState(n =>
            Assert.Equal((ChainPhase.Removing, null), (n.Chains[new("alpha")].Phase, n.NextDeadline)));
    }

    [Fact]
    public void a_node_kept_from_new_chains_takes_none_until_it_is_given_back()
    {
        Spec.GivenInputs([.. Nodes, Hold(1), Hold(2)]).When(Asked("alpha")).ThenState(n => Assert.Equal(ChainPhase.Deferred, n.Chains[new("alpha")].Phase));
        Spec.GivenInputs([.. Nodes, Hold(1), Hold(2), Asked("alpha")]).When(Hold(2, held: false)).ThenState(n =>
            Assert.Equal([new NodeId(2)], n.Chains[new("alpha")].Group));
        Spec.GivenInputs([.. Nodes, Hold(1)]).When(Hold(1, key: "twice")).Then();
        Spec.GivenInputs(Nodes).When(Hold(9)).Then(new RequestRefused(Key("hold 9True"), RefusalCause.NotFound, "there is no node 9", Start));
        Spec.GivenInputs(Nodes).When(Hold(1, version: 1)).ThenLast<RequestRefused>(e => Assert.Equal(RefusalCause.Stale, e.Cause));
    }
}
