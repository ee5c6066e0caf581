using System.Globalization;
using Skale.Contracts;

namespace Skale.Scheduler.Domain;

/// <summary>What slices of a machine come to, and which machines are too small to be divided.</summary>
public static class Capacity
{
    /// <summary>Below this the Docker Engine starts no container.</summary>
    public const long LeastMemoryBytes = 6L << 20;

    private const double NanoCpus = 1e9;

    /// <summary>
    /// The hard limits of so many slices of a machine. A chain of 0 slices takes nothing from the books (skale-facts 1.5) but needs room to
    /// run: it gets the limits of one slice.
    /// </summary>
    public static SliceLimits LimitsOf(SchedulingPolicy policy, Machine machine, int slices)
    {
        var (counted, parts) = (Math.Max(1, slices), policy.Capacity ?? CapacityPolicy.Default);
        return new SliceLimits(
            Part(parts.Cpu, policy.ShareForChains, machine.Cpus * NanoCpus, counted), Part(parts.Memory, policy.ShareForChains, machine.MemoryBytes, counted),
            parts.PidsPerChain + (parts.PidsPerSlice * counted), null, Told(parts.Disk, machine.VolumeBytes), Told(parts.Io, machine.IoBytesPerSecond), Told(parts.Io, machine.IoPerSecond),
            Told(parts.Network, machine.NetworkBitsPerSecond));

        long? Told(ResourcePolicy part, long? machines) => machines is { } figure ? Part(part, 1, figure, counted) : null;
    }

    /// <summary>Why no chain can be put on the machine, with the figures; null when nothing is wrong with it.</summary>
    public static string? Fault(SchedulingPolicy policy, Machine machine)
    {
        var (parts, slice) = (policy.Capacity ?? CapacityPolicy.Default, LimitsOf(policy, machine, 1));
        string?[] faults =
        [
            machine.Cpus < parts.Least.Cpus ? $"has {machine.Cpus} CPUs; at least {parts.Least.Cpus} are asked for" : null,
            machine.MemoryBytes < parts.Least.MemoryBytes ? $"has {Bytes(machine.MemoryBytes)} of memory; at least {Bytes(parts.Least.MemoryBytes)} are asked for" : null,
            machine.DiskBytes < parts.Least.DiskBytes ? $"has {Bytes(machine.DiskBytes)} of disk; at least {Bytes(parts.Least.DiskBytes)} are asked for" : null,
            machine.VolumeBytes > machine.DiskBytes ? $"claims {Bytes(machine.VolumeBytes.Value)} of disk for chains; its file system has {Bytes(machine.DiskBytes)}" : null,
            slice.NanoCpus <= 0 ? $"has {machine.Cpus} CPUs, of which the node core keeps {parts.Cpu.Kept / NanoCpus:0.###}: nothing is left for chains" : null,
            slice.MemoryBytes < LeastMemoryBytes
                ? $"has {Bytes(machine.MemoryBytes)} of memory, of which the node core keeps {Bytes(parts.Memory.Kept)}: a slice would be {Bytes(slice.MemoryBytes)}, and no container starts below {Bytes(LeastMemoryBytes)}"
                : null,
            slice.DiskBytes <= 0 ? $"gives {Bytes(machine.VolumeBytes!.Value)} of disk to chains, of which the node core keeps {Bytes(parts.Disk.Kept)}: nothing is left" : null,
        ];
        return faults.OfType<string>().ToArray() is { Length: > 0 } found ? string.Join("; ", found) : null;
    }

    /// <summary>What follows when a machine is looked at: news only.</summary>
    internal static IEnumerable<object> Judge(SchedulingPolicy policy, NodeId node, string? refusal, Machine? machine, DateTimeOffset now) =>
        (machine is null ? null : Fault(policy, machine)) is var fault && fault == refusal ? []
        : fault is null ? [new MachineAccepted(node, now)]
        : [new MachineRefused(node, fault, now)];

    private static long Part(ResourcePolicy part, double share, double figure, int slices) =>
        (long)(Math.Max(0, figure - part.Kept) * ((part.Share ?? share) * part.OverCommit * slices / Node.TotalSlices));

    private static string Bytes(long bytes) => bytes switch
    {
        >= 1L << 30 => $"{(bytes / (double)(1L << 30)).ToString("0.##", CultureInfo.InvariantCulture)} GiB",
        >= 1L << 20 => $"{(bytes / (double)(1L << 20)).ToString("0.##", CultureInfo.InvariantCulture)} MiB",
        _ => $"{bytes} bytes",
    };
}
