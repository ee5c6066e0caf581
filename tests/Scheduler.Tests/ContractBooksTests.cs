using Skale.Contracts;
using Skale.Scheduler.Domain;
using Skale.SkaleManager;
using static Skale.Scheduler.Tests.Sample;

namespace Skale.Scheduler.Tests;

/// <summary>Groups that the contract names are followed, and computed again from the facts before them.</summary>
public sealed class ContractBooksTests
{
    private static readonly object[] FourNodes = [.. Enumerable.Range(0, 4).SelectMany(n => (object[])[Registered(n), Enrolled(n)])];

    [Fact]
    public void a_group_that_follows_from_the_facts_agrees_and_carries_its_draws() =>
        Spec.GivenInputs(FourNodes).When(Bought("alpha", 32, 2, Drawn("alpha", 9, 32, 2))).ThenState(n =>
        {
            var recomputed = n.Chains[new("alpha")].Recomputed!;
            Assert.Equal((Recomputation.Agrees, "contract", 4, 4), (recomputed.Verdict, recomputed.Evidence.Strategy, recomputed.Evidence.Candidates, recomputed.Evidence.Draws.Count));
            Assert.Null(n.Contract.Doubt);
        });

    [Fact]
    public void a_group_that_does_not_follow_is_recorded_with_the_computed_one_and_followed()
    {
        var drawn = Drawn("alpha", 9, 32, 2);
        long[] told = [drawn[1], drawn[0]];
        var computed = Recomputed("alpha", 9, 32, 2);
        Spec.GivenInputs(FourNodes).When(Bought("alpha", 32, 2, told)).Then(
            new ContractGroupDiffers(new("alpha"), Ids(told), Ids(drawn), computed, Start),
            Followed("alpha", told) with { Recomputed = "differs" },
            Reserved("alpha", told[0]), Reserved("alpha", told[1]), Ordered("alpha", told.Min(), peers: told.Max()), Ordered("alpha", told.Max(), peers: told.Min()));
    }

    [Fact]
    public void facts_that_do_not_start_at_the_first_node_make_nothing_differ() => Spec.GivenInputs(Registered(1), Enrolled(1)).When(Bought("alpha", 32, 1, 1))
        .Then(Followed("alpha", 1), Reserved("alpha", 1), Ordered("alpha", 1));

    /// <summary>The contract's books know chains that cannot run here too: the next group depends on them.</summary>
    [Fact]
    public void a_refused_chain_is_in_the_books_until_it_is_deleted() =>
        Spec.GivenInputs([.. FourNodes, Bought("not legal", 128, 3, 0, 1, 2)]).When(Deleted("not legal")).ThenState(n =>
        {
            Assert.Null(n.Contract.Doubt);
            Assert.Equal([128, 128, 128, 128], Enumerable.Range(0, 4).Select(i => n.Contract.FreeSlicesOf(new(i))));
        });

    [Fact]
    public void a_leaving_node_whose_moves_are_not_told_is_a_reason_to_doubt()
    {
        var drawn = Drawn("alpha", 9, 32, 2);
        Spec.GivenInputs([.. FourNodes, Bought("alpha", 32, 2, drawn), new NodeExitStarted(Origin(), new(drawn[0]))]).When(Bought("beta", 1, 1, drawn[0]))
            .ThenState(n => Assert.Contains($"node {drawn[0]} is leaving", n.Chains[new("beta")].Recomputed!.Verdict, StringComparison.Ordinal));
    }

    [Fact]
    public void a_replacement_that_no_fact_describes_puts_the_books_in_doubt() => Spec
        .GivenInputs([.. FourNodes, new UnmappedLogSeen(Origin(), "0x1", ["0x2"], "0x", "NewGuy")]).When(Bought("alpha", 32, 1, 0))
        .ThenState(n => Assert.Contains("a member was replaced (NewGuy in block 105)", n.Chains[new("alpha")].Recomputed!.Verdict, StringComparison.Ordinal));

    [Fact]
    public void a_told_replacement_keeps_the_books_reliable()
    {
        var books = BooksOf(3, Bought("alpha", 32, 2, 0, 1), new NodeExitStarted(Origin(), new(0)), Rotated("alpha", RotationReason.NodeExit, 0, 2, [2, 1]), new NodeExitCompleted(Origin(), new(0)));
        Assert.Null(books.Doubt);
        Assert.Equal([0, 96, 96], Enumerable.Range(0, 3).Select(n => books.FreeSlicesOf(new(n))));
    }

    [Fact]
    public void a_failed_ceremony_with_a_successor_is_followed_by_its_rotation()
    {
        var failed = new KeyCeremonyFailed(Origin(), new("alpha"), Hash("alpha"), new(1), new(2), Stuck: false);
        var rotated = Rotated("alpha", RotationReason.FailedKeyCeremony, 1, 2, [0, 2]);
        var next = Registered(3) with { Origin = Origin(7) };
        Assert.Null(BooksOf(3, Bought("alpha", 32, 2, 0, 1), failed, rotated, next).Doubt);
        Assert.Contains("member 1 of chain alpha was replaced", BooksOf(3, Bought("alpha", 32, 2, 0, 1), failed, next).Doubt, StringComparison.Ordinal);
    }

    [Fact]
    public void a_rotation_that_does_not_say_who_came_is_drawn_as_the_contract_does()
    {
        var books = BooksOf(3, Bought("alpha", 32, 2, 0, 1), new NodeExitStarted(Origin(), new(1)), Rotated("alpha", RotationReason.NodeExit, null, null, null));
        Assert.Equal((null, 96), (books.Doubt, books.FreeSlicesOf(new(2))));
    }

    [Fact]
    public void a_group_that_does_not_come_of_the_rotation_puts_the_books_in_doubt() => Assert.Contains(
        "the contract names the group 2 0 and the facts give 2 1",
        BooksOf(3, Bought("alpha", 32, 2, 0, 1), new NodeExitStarted(Origin(), new(0)), Rotated("alpha", RotationReason.NodeExit, 0, 2, [2, 0])).Doubt, StringComparison.Ordinal);

    [Fact]
    public void a_node_that_leaves_with_chains_puts_the_books_in_doubt()
    {
        var books = new ContractBooks();
        books.Follow(Registered(0));
        books.Follow(Bought("alpha", 32, 1, 0));
        books.Follow(new NodeExitStarted(Origin(), new(0)));
        books.Follow(new NodeExitCompleted(Origin(), new(0)));
        Assert.Contains("it serves chain", books.Doubt, StringComparison.Ordinal);
    }

    private static ContractBooks BooksOf(int nodes, params IFact[] facts)
    {
        var books = new ContractBooks();
        Enumerable.Range(0, nodes).ToList().ForEach(n => books.Follow(Registered(n)));
        facts.ToList().ForEach(books.Follow);
        return books;
    }

    private static ChainRotated Rotated(string chain, RotationReason reason, long? old, long? joined, long[]? group) => new(
        Origin(), new(chain), Hash(chain), reason, old is { } o ? new NodeId(o) : null, joined is { } j ? new NodeId(j) : null, 1, null, group is null ? null : Ids(group), group is null ? null : []);

    private static NodeId[] Ids(long[] nodes) => [.. nodes.Select(n => new NodeId(n))];

    private static long[] Drawn(string chain, long fact, int slices, int size) => [.. Selected(chain, fact, slices, size).Nodes.Select(n => (long)n)];

    private static PlacementEvidence Recomputed(string chain, long fact, int slices, int size)
    {
        var selection = Selected(chain, fact, slices, size);
        return new("contract", 1, selection.Seed, selection.Candidates, "", [.. selection.Picks.SelectMany(p => (int[])[p.FreeUnits, p.Index])]);
    }

    /// <summary>What the contract draws on four fresh nodes; four registrations and four enrolments come before, of which facts count.</summary>
    private static Selection Selected(string chain, long inputs, int slices, int size)
    {
        var books = new PlacementBooks();
        Enumerable.Range(0, 4).ToList().ForEach(books.AddNode);
        return books.CreateChain(Hash(chain), slices, size, Origin(inputs - 4).ParentHash);
    }
}
