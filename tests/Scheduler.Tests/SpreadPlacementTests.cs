using Skale.Contracts;
using Skale.Scheduler.Domain;
using static Skale.Scheduler.Tests.Sample;

namespace Skale.Scheduler.Tests;

public sealed class SpreadPlacementTests
{
    private static readonly SpreadPlacement Spread = new();

    /// <summary>Owners are the ids modulo so many. Computed by a Python script written from the rules in the comments of <see cref="SpreadPlacement"/> and <see cref="SeededNumbers"/> alone.</summary>
    public static TheoryData<int, int, int, string, string, long, string, int[], long[]> Vectors => new()
    {
        {
            0, 40, 3, "block-7", "chain-7", 7, "0x09ba5193330320b7089f495ab412c1ea508cd3cf47a7274c8c1681750ba12f6d",
            [23, 7, 13, 7, 14, 2, 13, 5, 2, 1, 11, 2], [23, 10, 39, 7, 21, 8, 16, 9, 11, 1, 24, 14]
        },
        {
            1000, 10_000, 1000, "block-9", "beta", (1L << 40) + 3, "0x1b346e050d4acb142f12281a0aae220a2f81b90fe7911a11975883f1e45ed2e3",
            [8268, 7077, 340, 2801, 5117, 3314, 4143, 8052, 8614, 9337, 8248, 2088, 3566, 5529, 4336, 5245],
            [9268, 8084, 1342, 3810, 6138, 4332, 5169, 9109, 9685, 10425, 9334, 3112, 4612, 6604, 5401, 6326]
        },
        { 5, 6, 4, "block-2", "delta", 2, "0x3c13ee651559dfa480093b14652a46dd6109390879e674afd33037262570f055", [3, 0, 2, 0, 1, 0], [8, 5, 10, 7, 9, 6] },
    };

    [Theory]
    [MemberData(nameof(Vectors))]
    public void the_draw_follows_its_published_rule(int firstId, int candidates, int owners, string block, string chain, long fact, string seed, int[] draws, long[] group)
    {
        var request = Among(firstId, candidates, group.Length, n => $"owner {n.Value % owners}") with { BlockHash = Hash(block), ChainHash = Hash(chain), FactNumber = fact };
        var (chosen, evidence) = Spread.Choose(request);
        Assert.Equal(group, chosen.Select(n => n.Value));
        Assert.Equal(("spread", 3, seed), (evidence.Strategy, evidence.Version, evidence.Seed));
        Assert.Equal(draws, evidence.Draws);
    }

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

        Assert.Equal(("spread", 3, 40, request.Candidates.Digest()), (evidence.Strategy, evidence.Version, evidence.Candidates, evidence.CandidatesDigest));
    }

    [Fact]
    public void the_policy_chooses_the_strategy() => Spec
        .GivenInputs([Started with { Policy = Policy with { Strategy = "spread" } }, .. Owned(0, "ada"), .. Owned(1, "ada"), .. Owned(2, "bob")]).When(Bought("alpha", 1, 2))
        .ThenState(n => Assert.Contains(new NodeId(2), n.Chains[new("alpha")].Group));

    private static object[] Owned(long node, string owner) => [Registered(node) with { Owner = owner }, Enrolled(node)];

    private static PlacementRequest Request(int nodes, int size, long number, Func<NodeId, string> owner) =>
        Among(0, nodes, size, owner) with { BlockHash = Hash($"block-{number}"), ChainHash = Hash($"chain-{number}"), FactNumber = number };

    private static PlacementRequest Among(int first, int nodes, int size, Func<NodeId, string> owner)
    {
        NodeSet all = [.. Enumerable.Range(first, nodes).Select(i => new NodeId(i))];
        var owned = all.GroupBy(owner).ToDictionary(o => o.Key, o => new NodeSet(o));
        return new(all, size, "", "", 0) { OwnerOf = owner, OwnedBy = o => owned[o] };
    }

    private static double ChiSquared(int[] counts) => counts.Sum(c => (c - counts.Average()) * (c - counts.Average()) / counts.Average());
}
