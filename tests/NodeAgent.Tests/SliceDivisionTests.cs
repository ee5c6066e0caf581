using Skale.Contracts;
using Skale.NodeAgent.Domain;
using Skale.Servers;

namespace Skale.NodeAgent.Tests;

/// <summary>What each container of a subnode has of its slice, and each volume of its disk.</summary>
public sealed class SliceDivisionTests
{
    [Fact]
    public void the_parts_of_all_containers_are_the_slice_whatever_the_shares() => Seeds.ForEach(400, seed =>
    {
        var random = new Random(seed);
        var subnode = SomeSet.Random(random);
        if (SliceDivision.Fault(Some.Place, subnode) is { } fault)
        {
            Assert.Contains("cannot be divided", fault, StringComparison.Ordinal);
            subnode = subnode with { Limits = SomeSet.Large(subnode.Limits) };
            Assert.Null(SliceDivision.Fault(Some.Place, subnode));
        }

        var (slice, set) = (Slice.Of(subnode, Some.Place.Budget), Some.Container(subnode).Set);
        foreach (var limit in slice.Keys.Where(l => l is not Limit.OpenFiles))
        {
            Assert.Equal(slice[limit], set.Sum(c => c.Asked.GetValueOrDefault(limit)));
        }

        foreach (var container in set)
        {
            Assert.Equal(slice[Limit.OpenFiles], container.Asked[Limit.OpenFiles]);
            foreach (var (limit, rate) in container.Asked.Where(a => a.Key.IsThrottle()))
            {
                Assert.Equal(rate, DataVolume.Rates(container.Volumes, rate).Sum(r => r.PerSecond));
                Assert.All(DataVolume.Rates(container.Volumes, rate), r => Assert.True(r.PerSecond > 0, $"{limit} of {r.Volume.Name}: 0 is no limit at all"));
            }
        }

        if (slice.TryGetValue(Limit.Disk, out var disk))
        {
            Assert.Equal(disk, DataVolume.Sizes(set[0].Volumes, disk).Sum(s => s.Bytes));
            Assert.All(DataVolume.Sizes(set[0].Volumes, disk).Skip(1), s => Assert.True(s.Bytes >= DataVolume.LeastBytes));
        }
    });

    [Fact]
    public void a_sidecar_has_its_part_and_the_main_container_the_rest()
    {
        var (main, ima) = (Some.Container(SomeSet.Alpha).Set[0].Asked, Some.Container(SomeSet.Alpha).Set[1].Asked);
        Assert.Equal((175_000_000, 50_000_000), (main[Limit.Cpu], ima[Limit.Cpu]));
        Assert.Equal(((64 << 20) - (2 * 6_710_886), 6_710_886), (main[Limit.Memory], ima[Limit.Memory]));
        Assert.False(ima.ContainsKey(Limit.Firewall) || ima.ContainsKey(Limit.NetworkOut) || ima.ContainsKey(Limit.Disk));
    }

    [Fact]
    public void a_slice_too_small_for_its_containers_is_said_with_the_figures() => Assert.Equal(
        "cpu of 12500000 billionths of a CPU cannot be divided among 3 containers: each takes at least 10000000, and -7500000 would be left for the main one",
        SliceDivision.Fault(Some.Place, SomeSet.Alpha with { Limits = SomeSet.Alpha.Limits with { NanoCpus = 12_500_000 } }));

    [Fact]
    public void everything_wrong_with_a_set_is_named_at_once() => Assert.Equal(
        [
            "'../x' cannot name a sidecar: it must be 1 to 16 lower-case letters and digits",
            "2 times a sidecar 'ima'",
            "'' cannot name a part of the data: it must be 1 to 16 lower-case letters and digits",
            "sidecar '../x' has no image",
            "'../x' has 0 thousandths of CPU; allowed are 1 to 999",
            "together they have 1000 thousandths of memory; the main container must keep some",
            "the part '' of the data is for a sidecar 'nobody' that there is not",
        ],
        SubnodeSet.Faults([SomeSet.Ima, SomeSet.Ima, new("../x", " ", new(0, 800, 1, 1))], [new("", 1, ["nobody"])]));
}
