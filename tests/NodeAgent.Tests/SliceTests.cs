using System.Collections.Immutable;
using Skale.Contracts;
using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent.Tests;

public sealed class SliceTests
{
    private static readonly NodeBudget Budget = new(1_048_576, 128L << 30, 128 << 20, null, 1_024_000_000);
    private readonly Subnode alpha = Some.Subnode("alpha", 1);

    [Fact]
    public void a_chain_gets_its_slices_of_what_the_machine_divides_and_nothing_of_what_it_does_not()
    {
        var asked = Slice.Of(alpha with { Slices = 8 }, Budget);
        Assert.Equal((8 * 8192, 8L << 30, 8 << 20, 64_000_000), (asked[Limit.OpenFiles], asked[Limit.Disk], asked[Limit.DiskWriteBytes], asked[Limit.NetworkIn]));
        Assert.False(asked.ContainsKey(Limit.DiskReads));
        Assert.Equal(Slice.Of(alpha with { Slices = 1 }, Budget), Slice.Of(alpha with { Slices = 0 }, Budget));
    }

    [Fact]
    public void an_order_wins_over_the_machines_budget() =>
        Assert.Equal(1 << 20, Slice.Of(alpha with { Limits = alpha.Limits with { DiskBytes = 1 << 20 } }, Budget)[Limit.Disk]);

    [Theory]
    [InlineData(Limit.Memory, 157_976_166, 157_974_528, true)]
    [InlineData(Limit.Memory, 157_976_166, 157_976_167, false)]
    [InlineData(Limit.Cpu, 18_755_000, 18_750_000, true)]
    [InlineData(Limit.NetworkOut, 7_812_500, 7_812_496, true)]
    [InlineData(Limit.NetworkOut, 7_812_500, 7_812_488, false)]
    [InlineData(Limit.Pids, 72, 71, false)]
    public void the_kernels_rounding_down_is_no_difference(Limit limit, long asked, long seen, bool met) => Assert.Equal(met, limit.IsMetBy(asked, seen));

    [Fact]
    public void a_limit_that_is_none_is_a_difference_with_its_place()
    {
        var container = Some.Container(alpha);
        var seen = Some.Seen(alpha).SetItem(Limit.Memory, new LimitSeen(null, "memory.max"));
        Assert.Equal([new LimitReading("memory", "bytes", 64 << 20, null, "memory.max")], HostAbilities.All.Differences(container.Asked, seen));
        Assert.Single(HostAbilities.All.Differences(container.Asked, seen.Remove(Limit.Pids)), r => r is { Limit: "pids", SeenIn: null });
    }

    [Fact]
    public void what_cannot_be_put_right_is_unenforced_and_not_tried_for_ever()
    {
        var asked = Slice.Of(alpha, Budget);
        var seen = asked.ToImmutableSortedDictionary(a => a.Key, a => new LimitSeen(a.Value, "here"))
            .SetItem(Limit.Disk, new LimitSeen(2L << 30, "here")).SetItem(Limit.OpenFiles, new LimitSeen(null, "here"))
            .SetItem(Limit.DiskReadBytes, new LimitSeen(null, "here", "no size")).SetItem(Limit.DiskWriteBytes, new LimitSeen(1 << 20, "here", "no size"));
        Assert.True(HostAbilities.All.Hold(asked, seen));
        Assert.Equal(["open files", "disk", "disk bytes read"], HostAbilities.All.Unenforced(asked, seen).Select(u => u.Split(':')[0]));
    }

    [Fact]
    public void changed_readings_are_reported_again()
    {
        var answers = Some.Answers("alpha", 1) with { Readings = [new LimitReading("memory", "bytes", 1, 1, "here")] };
        var rules = Rules.Given(Some.Start("alpha", 1)).Take(answers);
        Assert.Empty(rules.When(answers with { Readings = [new LimitReading("memory", "bytes", 1, 1, "here")] }));
        Assert.IsType<SubnodeStarted>(Assert.Single(rules.When(answers with { Readings = [new LimitReading("memory", "bytes", 1, null, "here")] })));
    }
}
