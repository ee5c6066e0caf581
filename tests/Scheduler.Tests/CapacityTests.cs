using Skale.Contracts;
using Skale.Scheduler.Domain;
using Skale.Servers;
using static Skale.Scheduler.Tests.Sample;

namespace Skale.Scheduler.Tests;

/// <summary>What slices of a machine come to under random policies, and which machines are refused.</summary>
public sealed class CapacityTests
{
    private const int SeedCount = 500;
    private static readonly Machine Small = Sample.Machine with { MemoryBytes = 1L << 30 };
    private const string TooSmall = "has 1 GiB of memory, of which the node core keeps 0 bytes: a slice would be 4 MiB, and no container starts below 6 MiB";

    [Fact]
    public void however_128_slices_are_dealt_they_never_exceed_what_is_left_at_factor_1() => Seeds.ForEach(SeedCount, seed =>
    {
        var random = new Random(seed);
        var (policy, machine) = (RandomPolicy(random, overCommit: false), RandomMachine(random));
        var left = Node.TotalSlices;
        var dealt = new List<SliceLimits>();
        while (left > 0)
        {
            var slices = random.Next(1, left + 1);
            dealt.Add(policy.LimitsOf(machine, slices));
            left -= slices;
        }

        var parts = policy.Capacity!;
        AtMost(parts.Cpu, policy.ShareForChains, machine.Cpus * 1_000_000_000L, dealt.Sum(l => l.NanoCpus));
        AtMost(parts.Memory, policy.ShareForChains, machine.MemoryBytes, dealt.Sum(l => l.MemoryBytes));
        AtMost(parts.Disk, 1, machine.VolumeBytes!.Value, dealt.Sum(l => l.DiskBytes!.Value));
        AtMost(parts.Io, 1, machine.IoBytesPerSecond!.Value, dealt.Sum(l => l.IoBytesPerSecond!.Value));
        AtMost(parts.Io, 1, machine.IoPerSecond!.Value, dealt.Sum(l => l.IoPerSecond!.Value));
        AtMost(parts.Network, 1, machine.NetworkBitsPerSecond!.Value, dealt.Sum(l => l.NetworkBitsPerSecond!.Value));
    });

    [Fact]
    public void more_slices_and_a_larger_machine_never_give_less() => Seeds.ForEach(SeedCount, seed =>
    {
        var random = new Random(seed);
        var (policy, machine) = (RandomPolicy(random, overCommit: true), RandomMachine(random));
        var larger = machine with { Cpus = machine.Cpus + random.Next(3), MemoryBytes = machine.MemoryBytes + random.Next(), VolumeBytes = machine.VolumeBytes + random.Next() };
        for (var slices = 0; slices < Node.TotalSlices; slices++)
        {
            Assert.True(Figures(policy.LimitsOf(machine, slices)).Zip(Figures(policy.LimitsOf(machine, slices + 1))).All(f => f.First <= f.Second), $"{slices} slices");
            Assert.True(Figures(policy.LimitsOf(machine, slices)).Zip(Figures(policy.LimitsOf(larger, slices))).All(f => f.First <= f.Second), $"{slices} slices of {larger}");
        }
    });

    [Fact]
    public void none_are_as_one() => Assert.Equal(Policy.LimitsOf(Sample.Machine, 1), Policy.LimitsOf(Sample.Machine, 0));

    [Fact]
    public void what_an_agent_does_not_tell_is_not_ordered() => Assert.Equal(Limits(32), Policy.LimitsOf(Sample.Machine, 32));

    [Fact]
    public void what_the_core_keeps_and_over_commitment_are_counted_in()
    {
        var policy = Policy with
        {
            ShareForChains = 1,
            Capacity = CapacityPolicy.Default with { Cpu = new(0.5, 2_000_000_000, 2), Memory = new(Kept: 4L << 30), Disk = new(0.25, 0, 1), Io = new(Kept: 28), Network = new(OverCommit: 4) },
        };
        var machine = Sample.Machine with { VolumeBytes = 128L << 30, IoBytesPerSecond = 1308, IoPerSecond = 156, NetworkBitsPerSecond = 128_000 };
        Assert.Equal(new SliceLimits(500_000_000, 1L << 30, 320, null, 8L << 30, 320, 32, 128_000), policy.LimitsOf(machine, 32));
    }

    [Fact]
    public void a_machine_that_is_too_small_is_refused_with_the_figures() => Spec.GivenInputs(Registered(1))
        .When(Enrolled(1) with { Machine = Small }).Then(new AssignmentIssued(new(1), 0, [], [], Start), new MachineRefused(new(1), TooSmall, Start));

    [Fact]
    public void an_early_agent_s_machine_is_looked_at_when_the_node_is_registered() => Spec.GivenInputs(Enrolled(1) with { Machine = Small })
        .When(Registered(1)).Then(new AssignmentIssued(new(1), 0, [], [], Start), new MachineRefused(new(1), TooSmall, Start));

    [Fact]
    public void a_refused_node_takes_no_chain_and_the_chain_says_why() => Spec.GivenInputs(Registered(1), Enrolled(1) with { Machine = Small }).When(Bought("alpha", 1, 1))
        .ThenLast<CreationDeferred>(e => Assert.Equal($"needs 1 nodes with 1 free slices, free ports and a running agent; 0 have them; too small: node 1 {TooSmall}", e.Reason));

    [Fact]
    public void a_larger_machine_is_accepted_and_the_chain_that_waits_gets_it() => Spec
        .GivenInputs(Registered(1), Enrolled(1) with { Machine = Small }, Bought("alpha", 1, 1)).When(Enrolled(1, 2))
        .ThenState(n => Assert.Equal((null, ChainPhase.Creating), (n.Nodes[new(1)].Refusal, n.Chains[new("alpha")].Phase)));

    [Fact]
    public void a_start_with_another_policy_looks_at_every_machine_again()
    {
        var demanding = Started with { Policy = Policy with { Capacity = CapacityPolicy.Default with { Least = new LeastMachine(8, 1, 1) } } };
        Spec.GivenInputs(Registered(1), Enrolled(1)).When(demanding).Then(new MachineRefused(new(1), "has 4 CPUs; at least 8 are asked for", Start));
        Spec.GivenInputs(Registered(1), Enrolled(1), demanding).When(Started).Then(new MachineAccepted(new(1), Start));
    }

    [Fact]
    public void a_group_that_the_contract_names_is_followed_on_a_small_machine_too() => Spec.GivenInputs(Registered(1), Enrolled(1) with { Machine = Small })
        .When(Bought("alpha", 32, 1, 1)).ThenState(n => Assert.Equal(ChainPhase.Creating, n.Chains[new("alpha")].Phase));

    [Theory]
    [InlineData(100, 0, 0, "has 4 CPUs; at least 100")]
    [InlineData(0, 1L << 40, 0, "has 8 GiB of memory; at least 1024 GiB")]
    [InlineData(0, 0, 1L << 41, "has 1024 GiB of disk; at least 2048 GiB")]
    public void a_machine_below_what_is_asked_for_is_at_fault(int cpus, long memory, long disk, string because) =>
        Assert.StartsWith(because, Capacity.Fault(Policy with { Capacity = CapacityPolicy.Default with { Least = new(cpus, memory, disk) } }, Sample.Machine));

    [Fact]
    public void a_machine_that_claims_more_than_it_has_is_at_fault() =>
        Assert.Equal("claims 2048 GiB of disk for chains; its file system has 1024 GiB", Capacity.Fault(Policy, Sample.Machine with { VolumeBytes = 2L << 40 }));

    [Fact]
    public void a_machine_of_which_nothing_is_left_is_at_fault()
    {
        var fault = Capacity.Fault(
            Policy with { Capacity = CapacityPolicy.Default with { Cpu = new(Kept: 4_000_000_000), Disk = new(Kept: 2L << 30) } }, Sample.Machine with { VolumeBytes = 1L << 30 });
        Assert.Equal("has 4 CPUs, of which the node core keeps 4: nothing is left for chains; gives 1 GiB of disk to chains, of which the node core keeps 2 GiB: nothing is left", fault);
    }

    private static void AtMost(ResourcePolicy part, double share, long figure, long promised)
    {
        var left = Math.Max(0m, figure - part.Kept) * (decimal)(part.Share ?? share);
        Assert.True(promised <= left, $"{promised} are promised of {left}: {part}, share {share}, of {figure}");
    }

    private static long[] Figures(SliceLimits l) => [l.NanoCpus, l.MemoryBytes, l.Pids, l.DiskBytes!.Value, l.IoBytesPerSecond!.Value, l.IoPerSecond!.Value, l.NetworkBitsPerSecond!.Value];

    private static SchedulingPolicy RandomPolicy(Random random, bool overCommit)
    {
        return Policy with { ShareForChains = random.Next(1, 101) / 100.0, Capacity = new(Part(8_000_000_000), Part(16L << 30), Part(1L << 40), Part(1000), Part(1_000_000), LeastMachine.Any) };

        ResourcePolicy Part(long most) => new(
            random.Next(2) == 0 ? null : random.Next(1, 101) / 100.0, random.Next(2) == 0 ? 0 : random.NextInt64(most), overCommit ? 1 + (random.Next(300) / 100.0) : 1);
    }

    private static Machine RandomMachine(Random random) => Sample.Machine with
    {
        Cpus = random.Next(1, 129),
        MemoryBytes = random.NextInt64(1L << 42),
        VolumeBytes = random.NextInt64(1L << 44),
        IoBytesPerSecond = random.NextInt64(1L << 34),
        IoPerSecond = random.Next(1_000_000),
        NetworkBitsPerSecond = random.NextInt64(1L << 38),
    };
}
