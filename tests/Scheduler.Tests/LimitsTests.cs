using Skale.Contracts;
using Skale.Scheduler.Domain;

namespace Skale.Scheduler.Tests;

public sealed class LimitsTests
{
    [Theory]
    [InlineData(0, 15_625_000, 33_554_432, 72)]
    [InlineData(1, 15_625_000, 33_554_432, 72)]
    [InlineData(32, 500_000_000, 1L << 30, 320)]
    [InlineData(128, 2_000_000_000, 4L << 30, 1088)]
    public void slices_divide_the_machines_share_for_chains(int slices, long nanoCpus, long memoryBytes, int pids) =>
        Assert.Equal(new SliceLimits(nanoCpus, memoryBytes, pids), Sample.Policy.LimitsOf(Sample.Machine, slices));

    [Theory]
    [InlineData(0.8)]
    [InlineData(1.0)]
    [InlineData(0.37)]
    public void all_slices_together_never_exceed_the_share(double share)
    {
        foreach (var slices in new[] { 1, 2, 3, 4, 7, 16, 32, 128 })
        {
            var limits = (Sample.Policy with { ShareForChains = share }).LimitsOf(Sample.Machine with { Cpus = 7, MemoryBytes = 16_777_213_003 }, slices);
            var chains = Node.TotalSlices / slices;
            Assert.True(limits.NanoCpus * chains <= share * 7e9, $"{slices} slices, share {share}: {limits}");
            Assert.True(limits.MemoryBytes * chains <= share * 16_777_213_003, $"{slices} slices, share {share}: {limits}");
        }
    }
}
