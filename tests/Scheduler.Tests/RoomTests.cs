using Skale.Contracts;
using Skale.Scheduler.Domain;
using Skale.Servers;

namespace Skale.Scheduler.Tests;

/// <summary>What is kept node by node is what a look at all nodes gives.</summary>
public sealed class RoomTests
{
    private const int SeedCount = 60;

    [Fact]
    public void candidates_are_those_that_a_look_at_every_node_finds() => Seeds.ForEach(SeedCount, seed =>
    {
        var state = Deciding.Decider.Initial();
        foreach (var decision in NetworkPropertyTests.Live(seed))
        {
            foreach (var stored in decision.Events)
            {
                Deciding.Decider.Evolve(state, stored);
            }

            foreach (var chain in state.Chains.Values)
            {
                Assert.Equal(Naive(state, chain), Candidates.Of(state, chain, false).ToArray());
            }

            foreach (var owner in state.Nodes.Values.GroupBy(n => n.Owner))
            {
                Assert.Equal(owner.Select(n => n.Id), state.NodesOf(owner.Key).ToArray());
            }
        }
    });

    [Fact]
    public void a_fork_goes_its_own_way()
    {
        var state = Deciding.Fold(NetworkPropertyTests.Live(5).SelectMany(d => d.Events));
        foreach (var chain in state.Chains.Values)
        {
            _ = Candidates.Of(state, chain, false);
        }

        var fork = state.Fork();
        foreach (var node in state.Nodes.Keys)
        {
            fork.Change(node, n => n with { Held = true });
        }

        Assert.All(state.Chains.Values, chain => Assert.Equal(Naive(state, chain), Candidates.Of(state, chain, false).ToArray()));
        Assert.All(fork.Chains.Values, chain => Assert.Empty(Candidates.Of(fork, chain, false)));
    }

    [Fact]
    public void the_lowest_free_slot_is_the_first_that_nobody_has() => Seeds.ForEach(200, seed =>
    {
        var (random, slots, taken) = (new Random(seed), Slots.None, new SortedSet<int>());
        for (var step = 0; step < 400; step++)
        {
            var leaves = taken.Count > 0 && random.Next(5) < 2;
            var slot = leaves ? taken.ElementAt(random.Next(taken.Count)) : slots.LowestFree;
            slots = leaves ? slots.Without(slot) : slots.With(slot);
            _ = leaves ? taken.Remove(slot) : taken.Add(slot);
            Assert.Equal(Enumerable.Range(0, int.MaxValue).First(s => !taken.Contains(s)), slots.LowestFree);
            Assert.Equal(slots.LowestFree, Slots.Of(taken).LowestFree);
        }
    });

    private static NodeId[] Naive(Network network, Chain chain) =>
    [
        .. network.Nodes.Values.Where(n => n.Visible && n.Machine is not null && n.Refusal is null && n.HasFreePorts && n.Free >= Math.Max(1, chain.Slices)
            && !chain.Members.ContainsKey(n.Id) && !chain.Barred.Contains(n.Id) && Tenancy.MayShare(network, n, chain)).Select(n => n.Id),
    ];
}
