using Skale.Contracts;
using Skale.Scheduler.Domain;
using static Skale.Scheduler.Tests.Sample;

namespace Skale.Scheduler.Tests;

public sealed class UniformPlacementTests
{
    private static readonly UniformPlacement Uniform = new();

    /// <summary>Computed by a Python script written from the rule in <see cref="UniformPlacement"/>'s comment alone.</summary>
    public static TheoryData<int, int, string, string, long, string, string, int[], long[]> Vectors => new()
    {
        {
            1, 5, "block-1", "alpha", 1, "0x2f14579c898176f83f433861f3ddec7eecf8662c5b2413f50d3ee31e0caada77",
            "0x60b4a1272abc6c3e75eec19e668eff7d1783a3241c420f01e5dc53dd04488275", [2, 2, 1, 1, 0], [3, 5, 2, 4, 1]
        },
        {
            0, 44, "block-77", "elated-tan-skat", 77, "0xbe5ac9961d81c75edc418b4f8f11cd301ac52cd4c9753ee3ceafa9aa10575dda",
            "0xfdcf906b7095825b83698d1e77340a02fa6fd341da459343bd90a1da6dd99206",
            [36, 6, 17, 23, 19, 11, 4, 10, 31, 8, 24, 32, 4, 16, 6, 23], [36, 6, 17, 23, 19, 11, 4, 10, 31, 8, 24, 32, 37, 16, 42, 40]
        },
        {
            1000, 10_000, "block-9", "beta", (1L << 40) + 3, "0x1b346e050d4acb142f12281a0aae220a2f81b90fe7911a11975883f1e45ed2e3",
            "0x6a6bc0961f76701245009b71b36f7846c931bb80a63c97ebb3cfabdcdd2a0faf", [8268, 8805, 7256, 8340], [9268, 9805, 8256, 9340]
        },
        {
            7, 1, "block-3", "gamma", 3, "0x34581cc3246acf984df62f098c4254fbcff1da21780a7c57587e2d522f0a11ef",
            "0x8ab3bf6e8bfac3771707cd4a013bdeef828f62ff73a9290720d0f4112902bf9b", [0], [7]
        },
    };

    [Theory]
    [MemberData(nameof(Vectors))]
    public void the_draw_follows_its_published_rule(
        int firstId, int candidates, string block, string chain, long fact, string seed, string digest, int[] draws, long[] group)
    {
        var ids = Ids(firstId, candidates);
        var (chosen, evidence) = Uniform.Choose(new PlacementRequest(ids, group.Length, Hash(block), Hash(chain), fact));
        Assert.Equal(group, chosen.Select(n => n.Value));
        Assert.Equal(("uniform", 3, seed, candidates, digest), (evidence.Strategy, evidence.Version, evidence.Seed, evidence.Candidates, evidence.CandidatesDigest));
        Assert.Equal(draws, evidence.Draws);
    }

    [Fact]
    public void the_evidence_gives_the_group_again()
    {
        var ids = Ids(0, 100);
        for (var number = 1; number <= 1000; number++)
        {
            var (group, evidence) = Uniform.Choose(Request(ids, 16, number));
            var left = ids.ToList();
            foreach (var (draw, member) in evidence.Draws.Zip(group))
            {
                Assert.Equal(member, left[draw]);
                left[draw] = left[^1];
                left.RemoveAt(left.Count - 1);
            }

            Assert.Equal(16, group.Distinct().Count());
            Assert.Equal(ids.Digest(), evidence.CandidatesDigest);
        }
    }

    /// <summary>Chi-squared over members and over first members; 99 degrees of freedom, 0.1 % of true uniform samples lie above 148.2.</summary>
    [Fact]
    public void every_node_is_as_likely_as_any_other()
    {
        const int Rounds = 20_000, GroupSize = 5;
        var ids = Ids(0, 100);
        var (members, firsts) = (new int[ids.Count], new int[ids.Count]);
        for (var number = 1; number <= Rounds; number++)
        {
            var (group, _) = Uniform.Choose(Request(ids, GroupSize, number));
            firsts[group[0].Value]++;
            foreach (var node in group)
            {
                members[node.Value]++;
            }
        }

        Assert.InRange(ChiSquared(firsts), 0, 148.2);
        // Without replacement the counts vary less than independent draws would: the statistic shrinks by (100 - 5) / 99.
        Assert.InRange(ChiSquared(members) * 99 / 95, 0, 148.2);
    }

    [Fact]
    public void every_order_of_a_small_group_is_as_likely_as_any_other()
    {
        var counts = new Dictionary<(long, long), int>();
        for (var number = 1; number <= 12_000; number++)
        {
            var (group, _) = Uniform.Choose(Request(Ids(0, 4), 2, number));
            counts[(group[0].Value, group[1].Value)] = counts.GetValueOrDefault((group[0].Value, group[1].Value)) + 1;
        }

        Assert.Equal(12, counts.Count);
        Assert.InRange(ChiSquared([.. counts.Values]), 0, 31.3); // 11 degrees of freedom, 0.1 %
    }

    [Fact]
    public void a_hash_that_is_none_is_an_error() =>
        Assert.Throws<FormatException>(() => Uniform.Choose(new PlacementRequest(Ids(0, 3), 1, "0xzz", Hash("alpha"), 1)));

    [Fact]
    public void an_unknown_strategy_is_named_with_those_there_are() =>
        Assert.Contains("No placement strategy 'lucky'; there are: uniform, spread, skale", Assert.Throws<ArgumentException>(() => Placement.Named("lucky")).Message, StringComparison.Ordinal);

    private static NodeSet Ids(int first, int count) => [.. Enumerable.Range(first, count).Select(i => new NodeId(i))];

    private static PlacementRequest Request(NodeSet ids, int size, long number) => new(ids, size, Hash($"block-{number}"), Hash($"chain-{number}"), number);

    private static double ChiSquared(int[] counts)
    {
        var expected = counts.Average();
        return counts.Sum(c => (c - expected) * (c - expected) / expected);
    }
}
