using Skale.ChainWatcher.Domain;

namespace Skale.ChainWatcher.Tests;

/// <summary>How endpoints are judged beside each other, and which one is chosen.</summary>
public sealed class EndpointHealthTests
{
    private static readonly EndpointLimits Limits = new(MostBehind: 5, OldestBlock: TimeSpan.FromMinutes(3));

    [Theory]
    [InlineData(100, 100, true)]
    [InlineData(95, 100, true)]
    [InlineData(94, 100, false)]
    [InlineData(0, 100, false)]
    public void an_endpoint_may_be_so_many_blocks_behind_and_no_more(long height, long best, bool isTrusted) =>
        Assert.Equal(isTrusted, Judge(Trusted(2), (height, 0), (best, 0))[0].Fault is null);

    [Theory]
    [InlineData(180, 0, true)]
    [InlineData(181, 0, false)]
    [InlineData(181, 181, true)]
    [InlineData(9000, 180, false)]
    public void an_old_block_counts_only_while_another_endpoint_has_a_young_one(int ageSeconds, int otherAgeSeconds, bool isTrusted) =>
        Assert.Equal(isTrusted, Judge(Trusted(2), (100, ageSeconds), (100, otherAgeSeconds))[0].Fault is null);

    [Theory]
    [InlineData(95, false)]
    [InlineData(97, false)]
    [InlineData(98, true)]
    public void one_that_lagged_is_trusted_again_when_it_is_closer_than_at_the_edge(long height, bool isTrusted)
    {
        var lagging = Judge(Trusted(2), (50, 0), (100, 0));

        Assert.Equal(isTrusted, Judge(lagging, (height, 0), (100, 0))[0].Fault is null);
    }

    [Fact]
    public void one_that_fails_at_work_must_be_well_ever_longer_until_it_has_proven_itself()
    {
        var health = Trusted(1)[0];
        foreach (var needed in new[] { 2, 4, 8, 16, 32, 32 })
        {
            health = health.Disappointed("it hung up");
            for (var good = 1; good <= needed; good++)
            {
                Assert.NotNull(health.Fault);
                health = Judge([health], (100, 0))[0];
            }

            Assert.Null(health.Fault);
        }

        Assert.Equal(1, health.Proven().GoodNeeded);
    }

    [Theory]
    [InlineData("t t", null, 0)]
    [InlineData("f t", 0, 1)]
    [InlineData("t t", 1, 0)]
    [InlineData("f f", 1, 1)]
    [InlineData("- f", 0, 1)]
    [InlineData("- -", 0, null)]
    public void the_first_that_is_trusted_is_used_else_the_one_in_use_while_it_answers_else_the_highest(string endpoints, int? inUse, int? chosen) =>
        Assert.Equal(chosen, EndpointHealth.Choose([.. endpoints.Split(' ').Select(kind => kind switch
        {
            "t" => Trusted(1)[0],
            "f" => Trusted(1)[0].Disappointed("it hung up"),
            _ => EndpointHealth.Unasked.Failed("no answer"),
        })], inUse));

    private static IReadOnlyList<EndpointHealth> Trusted(int count) => Judge([.. Enumerable.Repeat(EndpointHealth.Unasked, count)], [.. Enumerable.Repeat((100L, 0), count)]);

    private static IReadOnlyList<EndpointHealth> Judge(IReadOnlyList<EndpointHealth> before, params (long Height, int AgeSeconds)[] answers) => EndpointHealth.Judge(
        before, [.. answers.Select(a => ((EndpointAnswer?)new EndpointAnswer(a.Height, Some.Now.AddSeconds(-a.AgeSeconds)), ""))], Limits, Some.Now);
}
