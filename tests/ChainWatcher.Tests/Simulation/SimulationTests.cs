using System.Collections.Concurrent;
using System.Globalization;

namespace Skale.ChainWatcher.Tests.Simulation;

/// <summary>
/// Random chains, reorganisations, lying endpoints and restarts, over simulated time: after quiet, the facts that stand are those of a fresh scan. A failure names its
/// seed; <c>SKALE_SEED=17</c> runs that one alone, <c>SKALE_SEEDS=20000</c> runs more of them.
/// </summary>
public sealed class SimulationTests
{
    private const int Seeds = 1000;

    /// <summary>What no run comes across proves nothing.</summary>
    private static readonly string[] MustBeSeen = ["FactsRetracted", "ScanRewound", "NodeMaintenanceChanged", "UnmappedLogSeen", "a block that came back", "another endpoint"];

    [Fact]
    public void after_quiet_the_facts_that_stand_are_those_of_a_fresh_scan()
    {
        var first = Environment.GetEnvironmentVariable("SKALE_SEED") is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : Random.Shared.Next(1_000_000_000);
        var count = Environment.GetEnvironmentVariable("SKALE_SEED") is not null ? 1 : Environment.GetEnvironmentVariable("SKALE_SEEDS") is { } more ? int.Parse(more, CultureInfo.InvariantCulture) : Seeds;
        TestContext.Current.SendDiagnosticMessage("Seeds {0} to {1}", first, first + count - 1);
        var seen = new ConcurrentDictionary<string, bool>();
        var failures = new ConcurrentBag<string>();
        Parallel.For(first, first + count, (seed, loop) =>
        {
            try
            {
                foreach (var kind in Live(seed))
                {
                    seen.TryAdd(kind, true);
                }
            }
            catch (Exception e)
            {
                failures.Add($"Seed {seed} (run it alone with SKALE_SEED={seed}): {e.Message}\n{e.StackTrace}");
                loop.Stop();
            }
        });

        Assert.True(failures.IsEmpty, failures.FirstOrDefault());
        if (count > 1)
        {
            Assert.Empty(MustBeSeen.Except(seen.Keys));
        }
    }

    /// <summary>Seeds that once failed, by what they came across.</summary>
    [Theory]
    [InlineData(952066134, "an endpoint of another chain answers while the watcher's own is down")]
    [InlineData(507006121, "the same, with windows of few blocks")]
    [InlineData(322035225, "nobody has answered before it becomes quiet")]
    [InlineData(66996595, "an endpoint without batches shows the first block of a window, deep below its head, from a fork that is gone")]
    public void seeds_that_once_failed(int seed, string story) => Assert.True(Live(seed).Count > 0, story);

    private static HashSet<string> Live(int seed)
    {
        var run = new SimRun(seed);
        run.Live();
        return run.Seen;
    }
}
