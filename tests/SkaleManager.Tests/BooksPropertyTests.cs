using Skale.Ethereum;
using Skale.Servers;

namespace Skale.SkaleManager.Tests;

/// <summary>Random histories. A failure prints its seed; <c>SKALE_SEED=17</c> runs that one alone.</summary>
public sealed class BooksPropertyTests
{
    private const int SeedCount = 60;
    private const int Steps = 250;

    [Fact]
    public void every_list_group_and_exception_list_is_that_of_the_naive_twin() => ForEverySeed((walk, _) =>
    {
        var (books, twin) = (walk.Books, walk.Twin);
        for (var units = 0; units <= books.UnitsPerNode; units++)
        {
            Assert.Equal(twin.Lists[units], books.VisibleWith(units));
            Assert.Equal(twin.Count(units), books.Candidates(units));
        }

        Assert.Equal(twin.Nodes.Select(n => (n.Free, n.Standing, n.Compliant)), books.State().Nodes.Select(n => (n.FreeUnits, n.Standing, n.Compliant)));
        Assert.Equal(twin.Chains.Count, books.Chains.Count());
        foreach (var (hash, chain) in twin.Chains)
        {
            Assert.Equal(chain.Group, books.Chain(hash).Group);
            Assert.Equal(chain.Exceptions, books.Chain(hash).Exceptions);
        }
    });

    [Fact]
    public void what_a_node_pays_is_what_its_chains_take_and_each_has_its_place_once() => ForEverySeed((walk, _) =>
    {
        var state = walk.Books.State();
        for (var node = 0; node < state.Nodes.Count; node++)
        {
            var served = state.Chains.Where(c => c.Group.Contains(node)).ToList();
            var taken = state.Nodes[node].Standing == NodeStanding.Left ? state.UnitsPerNode : served.Sum(c => c.Units);
            Assert.Equal(state.UnitsPerNode, state.Nodes[node].FreeUnits + taken);
            Assert.InRange(state.Nodes[node].FreeUnits, 0, state.UnitsPerNode);
            Assert.Equal(served.Select(c => c.Hash), state.Places[node].Chains.OfType<string>().Order(StringComparer.Ordinal));
            Assert.All(served, c => Assert.Equal(c.Hash, state.Places[node].Chains[c.Slots[c.Group.IndexOf(node)]]));
            Assert.Equal(
                Enumerable.Range(0, state.Places[node].Chains.Count).Where(p => state.Places[node].Chains[p] is null), state.Places[node].Holes.Order());
        }

        Assert.All(state.Chains, c => Assert.Equal(c.Group.Length, c.Group.Distinct().Count()));
    });

    [Fact]
    public void a_fork_and_its_origin_do_not_see_each_other() => ForEverySeed((walk, step) =>
    {
        if (step % 50 == 10)
        {
            var fork = walk.Books.Fork();
            var (before, origin) = (Described.Of(walk.Books), walk.Books);
            walk.Books = fork;
            Assert.Equal(before, Described.Of(fork));
            Disturb(origin);
            Assert.Equal(before, Described.Of(fork));
        }
    });

    [Fact]
    public void books_made_of_their_state_go_on_alike() => ForEverySeed((walk, step) =>
    {
        if (step % 50 == 10)
        {
            var again = PlacementBooks.Of(walk.Books.State());
            Assert.Equal(Described.Of(walk.Books), Described.Of(again));
            walk.Books = again;
        }
    }, (walk, _) => Assert.Equal(walk.Twin.Lists.SelectMany(l => l), Enumerable.Range(0, walk.Books.UnitsPerNode + 1).SelectMany(walk.Books.VisibleWith)));

    [Fact]
    public void a_group_drawn_to_be_looked_at_is_that_of_a_fork_and_leaves_the_books_as_they_were() => ForEverySeed((walk, step) =>
    {
        var (units, size) = (walk.Next(walk.Books.UnitsPerNode + 1) / (1 + walk.Next(8)), walk.Next(6) - 1);
        int[] hidden = [.. Enumerable.Range(0, walk.Books.NodeCount).Where(_ => walk.Next(3) == 0)];
        var (hash, block) = (Keccak.HashText($"look {step}"), Keccak.HashText($"block {step}"));
        var (fork, before) = (walk.Books.Fork(), Described.Of(walk.Books));
        foreach (var node in hidden)
        {
            fork.SetCompliance(node, false);
        }

        Assert.Equal(Drawn(() => fork.CreateChain(hash, units, size, block)), Drawn(() => walk.Books.DrawGroup(hash, units, size, block, hidden)));
        Assert.Equal(before, Described.Of(walk.Books));
    }, (walk, _) => Assert.Equal(walk.Twin.Lists.SelectMany(l => l), Enumerable.Range(0, walk.Books.UnitsPerNode + 1).SelectMany(walk.Books.VisibleWith)));

    [Fact]
    public void who_is_told_of_changes_knows_what_each_node_has_free_and_whether_it_is_visible()
    {
        Dictionary<int, (int Free, bool Visible)> known = [];
        ForEverySeed((walk, step) =>
        {
            if (step == 0)
            {
                known.Clear();
                walk.Books.Changed = node => known[node] = (walk.Books.Node(node).FreeUnits, walk.Books.IsVisible(node));
                Enumerable.Range(0, walk.Books.NodeCount).ToList().ForEach(walk.Books.Changed);
            }

            Assert.Equal(Enumerable.Range(0, walk.Books.NodeCount).Select(n => (n, (walk.Books.Node(n).FreeUnits, walk.Books.IsVisible(n)))), known.OrderBy(k => k.Key).Select(k => (k.Key, k.Value)));
        });
    }

    private static string Drawn(Func<Selection> draw)
    {
        try
        {
            var selection = draw();
            return $"{selection.Seed} {selection.Candidates} {string.Join(' ', selection.Picks)}";
        }
        catch (PlacementException refused)
        {
            return refused.Message;
        }
    }

    /// <summary>Ends every chain, hides every node and adds some.</summary>
    private static void Disturb(PlacementBooks books)
    {
        foreach (var chain in books.Chains.ToList())
        {
            books.DeleteChain(chain.Hash);
        }

        for (var node = 0; node < books.NodeCount; node++)
        {
            books.SetCompliance(node, false);
        }

        books.AddNode(books.NodeCount);
        books.FollowCreation("0x" + new string('a', 64), books.UnitsPerNode, [books.NodeCount - 1]);
    }

    private static void ForEverySeed(Action<RandomWalk, int> afterStep, Action<RandomWalk, int>? then = null)
    {
        foreach (var seed in Seeds.UpTo(SeedCount))
        {
            var walk = new RandomWalk(seed);
            for (var step = 0; step < Steps; step++)
            {
                try
                {
                    walk.Step();
                    afterStep(walk, step);
                    then?.Invoke(walk, step);
                }
                catch (Exception e)
                {
                    throw new InvalidOperationException($"Seed {seed}, step {step} (run it alone with SKALE_SEED={seed}): {e.Message}", e);
                }
            }
        }
    }
}
