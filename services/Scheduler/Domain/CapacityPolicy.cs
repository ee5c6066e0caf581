using Skale.Contracts;

namespace Skale.Scheduler.Domain;

/// <summary>How much of one resource of a machine its chains get: (what it has - <paramref name="Kept"/>) * <paramref name="Share"/> * <paramref name="OverCommit"/>.</summary>
/// <param name="Share">Part for chains, above 0 to 1. Null: <see cref="SchedulingPolicy.ShareForChains"/> of CPU and memory, all of the rest.</param>
/// <param name="Kept">What the node core keeps before that: billionths of one CPU, bytes, or the resource's unit per second.</param>
/// <param name="OverCommit">1: all slices together get no more than there is. 1.5: half as much again is promised.</param>
public sealed record ResourcePolicy(double? Share = null, long Kept = 0, double OverCommit = 1)
{
    public static ResourcePolicy Default { get; } = new();
}

/// <summary>The machine that a node must have at least; 0 asks for nothing.</summary>
public sealed record LeastMachine(int Cpus = 0, long MemoryBytes = 0, long DiskBytes = 0)
{
    public static LeastMachine Any { get; } = new();
}

/// <summary>How a machine is divided among its 128 slices, resource by resource. What an agent does not tell of its machine is not ordered: the agent divides it itself.</summary>
/// <param name="Disk">Of <see cref="Machine.VolumeBytes"/>.</param>
/// <param name="Io">Of both figures of block IO.</param>
/// <param name="PidsPerChain">Processes and threads of every chain, however small.</param>
/// <param name="PidsPerSlice">More of them for each slice.</param>
public sealed record CapacityPolicy(
    ResourcePolicy Cpu, ResourcePolicy Memory, ResourcePolicy Disk, ResourcePolicy Io, ResourcePolicy Network, LeastMachine Least, int PidsPerChain = 64, int PidsPerSlice = 8)
{
    public static CapacityPolicy Default { get; } = new(
        ResourcePolicy.Default, ResourcePolicy.Default, ResourcePolicy.Default, ResourcePolicy.Default, ResourcePolicy.Default, LeastMachine.Any);
}
