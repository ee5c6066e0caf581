using Skale.Contracts;
using Skale.Scheduler.Domain;
using Skale.SkaleManager;
using static Skale.Scheduler.Tests.Sample;

namespace Skale.Scheduler.Tests;

/// <summary>The contract's own rules as a strategy of the scheduler.</summary>
public sealed class SkalePlacementTests
{
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
