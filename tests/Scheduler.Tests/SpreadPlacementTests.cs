using Skale.Contracts;
using Skale.Scheduler.Domain;
using static Skale.Scheduler.Tests.Sample;

namespace Skale.Scheduler.Tests;

public sealed class SpreadPlacementTests
{
    private static readonly SpreadPlacement Spread = new();

    [Theory]
    [InlineData(16, 4)]
    [InlineData(5, 16)]
    [InlineData(9, 7)]
    public void members_are_shared_out_evenly_among_owners(int groupSize, int owners)
    {
        for (var number = 1; number <= 500; number++)
        {
            var (group, _) = Spread.Choose(Request(80, groupSize, number, n => $"owner {n.Value % owners}"));
            var perOwner = group.GroupBy(n => n.Value % owners).Select(g => g.Count()).ToList();
            Assert.Equal(groupSize, group.Distinct().Count());
            Assert.Equal(Math.Min(owners, groupSize), perOwner.Count);
            Assert.InRange(perOwner.Max() - perOwner.Min(), 0, 1);
        }
    }

    /// <summary>Owner 0 has 3 of 10 nodes, owner 1 has 7: of 8 members owner 0 gives all it has.</summary>
    [Fact]
    public void an_owner_without_a_candidate_left_is_passed_over()
    {
        var (group, _) = Spread.Choose(Request(10, 8, 1, n => n.Value < 3 ? "small" : "large"));
        Assert.Equal(3, group.Count(n => n.Value < 3));
        Assert.Equal(8, group.Distinct().Count());
    }

    /// <summary>Chi-squared over first members (79 degrees of freedom, 0.1 % lie above 123.6) and over the nodes of each owner that were taken.</summary>
    [Fact]
    public void among_equal_owners_every_node_is_as_likely_as_any_other()
    {
        var (firsts, members) = (new int[80], new int[80]);
        for (var number = 1; number <= 20_000; number++)
        {
            var (group, _) = Spread.Choose(Request(80, 4, number, n => $"owner {n.Value / 20}"));
            firsts[group[0].Value]++;
            foreach (var node in group)
            {
                members[node.Value]++;
            }
        }

        Assert.InRange(ChiSquared(firsts), 0, 123.6);
        // One of 20 nodes of each of 4 owners: 4 independent uniform draws with 19 degrees of freedom each, 76 together; 0.1 % lie above 119.9.
        Assert.InRange(ChiSquared(members), 0, 119.9);
    }

    [Fact]
    public void the_evidence_gives_the_group_again()
    {
        var request = Request(40, 12, 7, n => $"owner {n.Value % 3}");
        var (group, evidence) = Spread.Choose(request);
        var left = request.Candidates.ToList();
        foreach (var (draw, member) in evidence.Draws.Zip(group))
        {
            var taken = request.Candidates.Except(left).ToLookup(request.OwnerOf);
            var fewest = left.Min(n => taken[request.OwnerOf(n)].Count());
            Assert.Equal(member, left.Where(n => taken[request.OwnerOf(n)].Count() == fewest).ElementAt(draw));
            left.Remove(member);
        }

        Assert.Equal(("spread", 2, 40, request.Candidates.Digest()), (evidence.Strategy, evidence.Version, evidence.Candidates, evidence.CandidatesDigest));
    }

    [Fact]
    public void the_policy_chooses_the_strategy() => Spec
        .GivenInputs([Started with { Policy = Policy with { Strategy = "spread" } }, .. Owned(0, "ada"), .. Owned(1, "ada"), .. Owned(2, "bob")]).When(Bought("alpha", 1, 2))
        .ThenState(n => Assert.Contains(new NodeId(2), n.Chains[new("alpha")].Group));

    private static object[] Owned(long node, string owner) => [Registered(node) with { Owner = owner }, Enrolled(node)];

    private static PlacementRequest Request(int nodes, int size, long number, Func<NodeId, string> owner)
    {
        NodeSet all = [.. Enumerable.Range(0, nodes).Select(i => new NodeId(i))];
        var owned = all.GroupBy(owner).ToDictionary(o => o.Key, o => new NodeSet(o));
        return new(all, size, Hash($"block-{number}"), Hash($"chain-{number}"), number) { OwnerOf = owner, OwnedBy = o => owned[o] };
    }

    private static double ChiSquared(int[] counts) => counts.Sum(c => (c - counts.Average()) * (c - counts.Average()) / counts.Average());
}
