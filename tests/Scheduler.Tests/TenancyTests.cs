using Skale.Contracts;
using Skale.Scheduler.Domain;
using Skale.Servers;
using static Skale.Scheduler.Tests.Sample;

namespace Skale.Scheduler.Tests;

/// <summary>Quotas, profiles, and nodes that serve one owner alone. Random networks keep them too: see <see cref="Ledger"/>.</summary>
public sealed class TenancyTests
{
    private static readonly SchedulerStarted WithTenants = Started with { Policy = Policy with { Tenancy = Tenants } };
    private static readonly object[] Nodes = [WithTenants, Registered(1), Enrolled(1), Registered(2), Enrolled(2), Registered(3), Enrolled(3)];

    [Fact]
    public void an_owner_never_holds_more_than_the_quota() => Seeds.ForEach(100, seed =>
    {
        var (random, state) = (new Random(seed), Deciding.Decider.Initial());
        foreach (var input in Nodes)
        {
            Deciding.Run(state, input is IFact fact ? Numbered(fact, state.LastFact + 1) : input, Start);
        }

        var refused = 0;
        for (var i = 0; i < 60; i++)
        {
            var name = $"c{random.Next(12)}";
            var events = Deciding.Run(state, random.Next(3) == 0 ? Unwanted(name, key: $"{i}") : Asked(name, null, random.Next(70), random.Next(1, 4), owner: random.Next(2) == 0 ? "ann" : "bob", key: $"{i}"), Start);
            refused += events.OfType<RequestRefused>().Count(e => e.Cause == RefusalCause.OverQuota);
            foreach (var owner in state.Chains.Values.Where(c => c.Phase is not (ChainPhase.Removed or ChainPhase.Refused)).GroupBy(c => c.Owner))
            {
                Assert.True(owner.Count() <= 3 && owner.Sum(c => c.Slices * c.GroupSize) <= 128, $"{owner.Key}: {string.Join(", ", owner.Select(c => $"{c.GroupSize} x {c.Slices}"))}");
            }
        }

        Assert.NotEqual(0, refused);
    });

    [Fact]
    public void what_owners_hold_is_counted_right_after_every_event() => Seeds.ForEach(40, seed => NetworkPropertyTests.Live(seed, (network, _) =>
    {
        foreach (var owner in (string[])["ann", "bob", "rich", "0xbuyer"])
        {
            var chains = network.Chains.Values.Where(c => c.Owner == owner && c.Phase is not (ChainPhase.Removed or ChainPhase.Refused)).ToArray();
            Assert.Equal((chains.Length, chains.Sum(c => (long)c.Slices * c.GroupSize)), network.Holdings.Of(owner, null));
        }
    }));

    [Fact]
    public void a_request_over_the_quota_is_refused_with_the_figures()
    {
        Spec.GivenInputs([.. Nodes, Asked("a", slices: 50, groupSize: 2)]).When(Asked("b", slices: 10, groupSize: 3))
            .ThenLast<RequestRefused>(e => Assert.Equal((RefusalCause.OverQuota, "ann has 100 slices and asks for 30 more (3 nodes of 10); it may have 128"), (e.Cause, e.Reason)));
        Spec.GivenInputs([.. Nodes, Asked("a", slices: 1), Asked("b", slices: 1), Asked("c", slices: 1)]).When(Asked("d", slices: 1))
            .ThenLast<RequestRefused>(e => Assert.Equal("ann has 3 chains, and may have 3", e.Reason));
    }

    [Fact]
    public void an_owner_with_a_quota_of_its_own_is_measured_by_that() => Spec.GivenInputs([.. Nodes, Asked("a", slices: 128, groupSize: 2, owner: "rich")])
        .When(Asked("b", slices: 128, owner: "rich")).ThenState(n => Assert.Equal(ChainPhase.Creating, n.Chains[new("b")].Phase));

    [Fact]
    public void a_purchase_without_a_group_is_measured_too_and_one_with_a_group_is_the_contract_s()
    {
        Spec.GivenInputs(Nodes).When(Bought("a", 100, 2)).ThenLast<CreationRefused>(e => Assert.Equal("0xbuyer has 0 slices and asks for 200 more (2 nodes of 100); it may have 128", e.Reason));
        Spec.GivenInputs(Nodes).When(Bought("a", 100, 2, 1, 2)).ThenState(n => Assert.Equal(ChainPhase.Creating, n.Chains[new("a")].Phase));
    }

    [Fact]
    public void a_removed_chain_is_counted_no_more() => Spec.GivenInputs([.. Nodes, Asked("a", slices: 128), Unwanted("a"), Gone("a", 2, 2), Gone("a", 1, 2), Gone("a", 3, 2)])
        .When(Asked("b", slices: 128)).ThenState(n => Assert.Equal((ChainPhase.Removed, ChainPhase.Creating), (n.Chains[new("a")].Phase, n.Chains[new("b")].Phase)));

    [Fact]
    public void a_profile_says_size_image_and_strategy() => Spec.GivenInputs(Nodes).When(Asked("a", "other")).ThenState(n =>
    {
        var (chain, subnode) = (n.Chains[new("a")], n.Chains[new("a")].Members.Values.Single().Subnode!);
        Assert.Equal((16, 1, "evm:other", "spread"), (chain.Slices, chain.GroupSize, subnode.Image, chain.Terms!.Strategy));
    });

    [Fact]
    public void a_profile_s_sidecars_and_parts_of_the_data_are_ordered_and_stay_through_a_resize() => Spec
        .GivenInputs([.. Nodes, Asked("a", "set"), Started]).When(Resize("a", 32)).ThenState(n =>
        {
            var (profile, chain) = (Tenants.Profiles["set"], n.Chains[new("a")]);
            Assert.All(chain.Members.Values, m => Assert.True(m.Subnode!.Slices == 32 && profile.Sidecars!.SequenceEqual(m.Subnode.Sidecars!) && profile.DataParts!.SequenceEqual(m.Subnode.DataParts!)));
        });

    [Fact]
    public void a_chain_of_a_profile_without_sidecars_is_ordered_as_before_there_were_any() => Spec.GivenInputs(Nodes).When(Asked("a", "other")).ThenState(n =>
        Assert.Equal((null, null), (n.Chains[new("a")].Members.Values.Single().Subnode!.Sidecars, n.Chains[new("a")].Members.Values.Single().Subnode!.DataParts)));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void a_chain_of_the_contract_has_what_the_profile_for_its_size_names_whoever_chooses_its_nodes(bool named) => Spec
        .GivenInputs([ForContract(16, 2), Registered(1), Registered(2), Enrolled(1), Enrolled(2)]).When(Bought("a", 16, 2, named ? [1, 2] : [])).ThenState(n =>
        {
            var (profile, chain) = (Tenants.Profiles["set"], n.Chains[new("a")]);
            Assert.Equal(("set", "evm:set", null), (chain.Kit!.Profile, chain.Kit.Image, chain.Terms));
            Assert.All(chain.Members.Values, m => Assert.True(
                m.Subnode!.Image == "evm:set" && profile.Sidecars!.SequenceEqual(m.Subnode.Sidecars!) && profile.DataParts!.SequenceEqual(m.Subnode.DataParts!)));
        });

    [Theory]
    [InlineData(16, 1)]
    [InlineData(8, 2)]
    public void a_chain_of_the_contract_of_another_size_has_the_policy_s_image_alone(int slices, int groupSize) => Spec
        .GivenInputs([ForContract(16, 2), Registered(1), Registered(2), Enrolled(1), Enrolled(2)]).When(Bought("a", slices, groupSize)).ThenState(n => Assert.All(
            n.Chains[new("a")].Members.Values, m => Assert.Equal((Policy.Image, null, null), (m.Subnode!.Image, m.Subnode.Sidecars, m.Subnode.DataParts))));

    [Fact]
    public void a_chain_of_the_contract_keeps_what_it_has_when_the_policy_changes_until_it_is_chosen_anew() => Spec
        .GivenInputs([ForContract(16, 2), Registered(1), Registered(2), Enrolled(1), Bought("a", 16, 2, 1, 2), Started]).When(Enrolled(2)).ThenState(n =>
            Assert.All(n.Chains[new("a")].Members.Values, m => Assert.Equal(("evm:set", 2), (m.Subnode!.Image, m.Subnode.Sidecars!.Count))));

    [Fact]
    public void what_is_asked_for_has_its_own_terms_whatever_its_size() => Spec
        .GivenInputs([ForContract(16, 1), Registered(1), Enrolled(1)]).When(Asked("a", "other")).ThenState(n =>
            Assert.Equal(("evm:other", null, null), (n.Chains[new("a")].Members.Values.Single().Subnode!.Image, n.Chains[new("a")].Members.Values.Single().Subnode!.Sidecars, n.Chains[new("a")].Kit)));

    /// <summary>The profile with everything is for the contract's chains of this size.</summary>
    private static SchedulerStarted ForContract(int slices, int groupSize) => Started with
    {
        Policy = Policy with
        {
            Tenancy = new(new Quota(), new Dictionary<string, Quota>(), new Dictionary<string, ChainProfile>(Tenants.Profiles)
            {
                ["set"] = Tenants.Profiles["set"] with { Slices = slices, GroupSize = groupSize, Image = "evm:set", Contract = true },
            }),
        },
    };

    [Fact]
    public void a_later_policy_changes_nothing_of_a_chain_that_is_admitted() => Spec
        .GivenInputs(WithTenants, Registered(1), Registered(2), Asked("a", "own"), Started).When(Enrolled(1))
        .ThenState(n => Assert.True(n.Chains[new("a")].Dedicated));

    [Fact]
    public void nodes_of_a_dedicated_chain_take_no_other_owner_s_and_the_chain_says_why() => Spec.GivenInputs([.. Nodes, Asked("a", "own")]).When(Asked("b", slices: 1, groupSize: 2, owner: "bob"))
        .ThenLast<CreationDeferred>(e => Assert.Matches("1 have them; not to be shared with other owners: node [123], node [123]$", e.Reason));

    [Fact]
    public void a_dedicated_chain_takes_no_node_that_serves_another_owner() => Spec.GivenInputs([.. Nodes, Asked("b", slices: 1, groupSize: 2, owner: "bob")]).When(Asked("a", "own"))
        .ThenState(n => Assert.Equal(ChainPhase.Deferred, n.Chains[new("a")].Phase));

    [Fact]
    public void the_same_owner_shares_dedicated_nodes() => Spec.GivenInputs([.. Nodes, Asked("a", "own")]).When(Asked("b", slices: 1, groupSize: 3))
        .ThenState(n => Assert.Equal(ChainPhase.Creating, n.Chains[new("b")].Phase));

    [Fact]
    public void a_group_of_the_contract_waits_for_nodes_that_serve_another_owner() => Spec.GivenInputs([.. Nodes, Asked("a", "own")]).When(Bought("b", 1, 3, 1, 2, 3))
        .ThenState(n => Assert.Equal(ChainPhase.Deferred, n.Chains[new("b")].Phase));
}
