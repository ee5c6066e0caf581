using Skale.Contracts;
using Skale.Scheduler.Domain;
using Skale.Servers;
using Skale.SkaleManager;
using static Skale.Scheduler.Tests.Sample;

namespace Skale.Scheduler.Tests;

/// <summary>The contract's own rules as a strategy of the scheduler.</summary>
public sealed class SkalePlacementTests
{
    private const int SeedCount = 20;
    private const int Steps = 60;
    private static readonly SchedulerStarted BySkale = Started with { Policy = Policy with { Strategy = "skale" } };

    [Fact]
    public void groups_are_those_the_contract_would_draw_one_after_the_other() =>
        Spec.GivenInputs([BySkale, .. Nodes(6), Bought("alpha", 16, 4), Bought("beta", 32, 2), Deleted("alpha")]).When(Bought("gamma", 0, 3)).ThenState(n =>
        {
            var books = Books(6);
            string[] parents = [.. n.Chains.Values.OrderBy(c => c.Origin.Number).Select(c => c.Origin.ParentHash)];
            Assert.Equal(books.CreateChain(Hash("alpha"), 16, 4, parents[0]).Nodes, Group(n, "alpha"));
            Assert.Equal(books.CreateChain(Hash("beta"), 32, 2, parents[1]).Nodes, Group(n, "beta"));
            books.DeleteChain(Hash("alpha"));
            Assert.Equal(books.CreateChain(Hash("gamma"), 0, 3, parents[2]).Nodes, Group(n, "gamma"));
        });

    [Fact]
    public void a_node_without_an_agent_is_hidden_for_the_draw() => Spec
        .GivenInputs([BySkale, .. Nodes(3), Registered(3)]).When(Bought("alpha", 16, 3)).ThenState(n =>
        {
            var books = Books(4);
            books.SetCompliance(3, false);
            var chain = n.Chains[new("alpha")];
            Assert.Equal(books.CreateChain(Hash("alpha"), 16, 3, chain.Origin.ParentHash).Nodes, Group(n, "alpha"));
        });

    [Fact]
    public void who_has_room_in_the_contract_s_books_is_known_without_a_look_at_every_node() => Seeds.ForEach(SeedCount, seed =>
    {
        var (random, state, number, bought) = (new Random(seed), Deciding.Decider.Initial(), 0L, new List<string>());
        Deciding.Run(state, BySkale, Start);
        foreach (var input in Nodes(8))
        {
            Take(input);
        }

        for (var step = 0; step < Steps; step++)
        {
            Take(random.Next(10) switch
            {
                < 5 => Next(),
                5 or 6 when bought.Count > 0 => Deleted(Any()),
                7 when state.Nodes.Values.ElementAt(random.Next(8)) is var node => new NodeMaintenanceChanged(Origin(), node.Id, !node.InMaintenance),
                8 => new NodeComplianceChanged(Origin(), new(random.Next(8)), random.Next(3) > 0),
                _ => Hold(random.Next(8), random.Next(2) == 0, key: $"{step} "),
            });
            foreach (var chain in state.Chains.Values)
            {
                var needed = Candidates.Needed(chain);
                Assert.Equal(Candidates.Of(state, chain, false).Where(n => state.Contract.FreeSlicesOf(n) >= needed), Candidates.Of(state, chain, true));
                Assert.Equal(
                    Enumerable.Range(0, 8).Where(n => state.Contract.Reliable!.IsVisible(n) && state.Contract.FreeSlicesOf(new(n)) >= needed).Select(n => new NodeId(n)), state.Contract.Room.For(needed).Listed);
            }
        }

        Assert.Null(state.Contract.Doubt);

        void Take(object input) => Deciding.Run(state, input is IFact fact ? Numbered(fact, ++number) : input, Start);

        string Any()
        {
            var chain = bought[random.Next(bought.Count)];
            bought.Remove(chain);
            return chain;
        }

        ChainBought Next()
        {
            bought.Add($"chain-{number}");
            return Bought(bought[^1], random.Next(4) switch { 0 => 0, 1 => 128, _ => 1 << random.Next(7) }, 1 + random.Next(4));
        }
    });

    [Fact]
    public void without_reliable_books_a_chain_waits_and_says_why() => Spec.GivenInputs(BySkale, Registered(1), Enrolled(1)).When(Bought("alpha", 16, 1))
        .ThenLast<CreationDeferred>(e => Assert.Contains("cannot be relied on: Node 1 cannot be added", e.Reason, StringComparison.Ordinal));

    [Fact]
    public void a_block_without_a_parent_has_no_seed() => Spec.GivenInputs([BySkale, .. Nodes(1)])
        .When(Bought("alpha", 16, 1) with { Origin = Origin(2) with { ParentHash = "0x1" } })
        .ThenLast<CreationRefused>(e => Assert.Contains("the hash of the block before its own is '0x1'", e.Reason, StringComparison.Ordinal));

    private static IEnumerable<object> Nodes(int count) => Enumerable.Range(0, count).SelectMany(n => (object[])[Registered(n), Enrolled(n)]);

    private static PlacementBooks Books(int nodes)
    {
        var books = new PlacementBooks();
        Enumerable.Range(0, nodes).ToList().ForEach(books.AddNode);
        return books;
    }

    private static IEnumerable<int> Group(Network network, string chain) => network.Chains[new(chain)].Group.Select(n => (int)n.Value);
}
