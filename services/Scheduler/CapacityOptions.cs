using Skale.Scheduler.Domain;

namespace Skale.Scheduler;

/// <summary>Section <c>Scheduler:Capacity</c>: how each machine is divided among its 128 slices.</summary>
public sealed class CapacityOptions
{
    /// <summary><see cref="ResourceOptions.Kept"/> in CPUs.</summary>
    public ResourceOptions Cpu { get; set; } = new();

    /// <summary>In bytes.</summary>
    public ResourceOptions Memory { get; set; } = new();

    /// <summary>In bytes, of what an agent's <c>NodeAgent:DiskBytes</c> gives to chains.</summary>
    public ResourceOptions Disk { get; set; } = new();

    /// <summary>In the unit of each figure, of an agent's <c>NodeAgent:IoBytesPerSecond</c> and <c>:IoPerSecond</c>.</summary>
    public ResourceOptions Io { get; set; } = new();

    /// <summary>In bits per second, of an agent's <c>NodeAgent:NetworkBitsPerSecond</c>.</summary>
    public ResourceOptions Network { get; set; } = new();

    /// <summary>A machine below this takes no chains that the scheduler places.</summary>
    public LeastOptions Least { get; set; } = new();

    /// <summary>Processes and threads of every chain, however small: 16 to 65,536.</summary>
    public int PidsPerChain { get; set; } = CapacityPolicy.Default.PidsPerChain;

    /// <summary>More of them for each slice: 0 to 4,096.</summary>
    public int PidsPerSlice { get; set; } = CapacityPolicy.Default.PidsPerSlice;

    internal CapacityPolicy Policy => new(Cpu.Policy(1e9), Memory.Policy(), Disk.Policy(), Io.Policy(), Network.Policy(), new(Least.Cpus, Least.MemoryBytes, Least.DiskBytes), PidsPerChain, PidsPerSlice);

    internal IEnumerable<string> Problems()
    {
        foreach (var (name, resource) in new[] { (nameof(Cpu), Cpu), (nameof(Memory), Memory), (nameof(Disk), Disk), (nameof(Io), Io), (nameof(Network), Network) })
        {
            foreach (var problem in resource.Problems($"Scheduler:Capacity:{name}"))
            {
                yield return problem;
            }
        }

        if (Least.Cpus < 0 || Least.MemoryBytes < 0 || Least.DiskBytes < 0)
        {
            yield return $"Scheduler:Capacity:Least is {Least.Cpus} CPUs, {Least.MemoryBytes} bytes of memory and {Least.DiskBytes} of disk; none may be below 0.";
        }

        if (PidsPerChain is < 16 or > 65_536 || PidsPerSlice is < 0 or > 4_096)
        {
            yield return $"Scheduler:Capacity:PidsPerChain is {PidsPerChain} and PidsPerSlice {PidsPerSlice}; allowed are 16 to 65,536 and 0 to 4,096.";
        }
    }
}

/// <summary>Chains get (what the machine has - Kept) * Share * OverCommit.</summary>
public sealed class ResourceOptions
{
    /// <summary>Part for chains, above 0 and at most 1. Not set: <c>Scheduler:ShareForChains</c> of CPU and memory, all of the rest.</summary>
    public double? Share { get; set; }

    /// <summary>What the node core keeps before that.</summary>
    public double Kept { get; set; }

    /// <summary>1 promises no more than there is; up to 100.</summary>
    public double OverCommit { get; set; } = 1;

    internal ResourcePolicy Policy(double unit = 1) => new(Share, (long)(Kept * unit), OverCommit);

    internal IEnumerable<string> Problems(string section)
    {
        if (Share is not (null or (> 0 and <= 1)))
        {
            yield return $"{section}:Share is {Share}; allowed is above 0 and at most 1.";
        }

        if (Kept is not (>= 0 and < 1e15))
        {
            yield return $"{section}:Kept is {Kept}; it must be 0 or more.";
        }

        if (OverCommit is not (> 0 and <= 100))
        {
            yield return $"{section}:OverCommit is {OverCommit}; allowed is above 0 and at most 100.";
        }
    }
}

/// <summary>The machine that a node must have at least; 0 asks for nothing.</summary>
public sealed class LeastOptions
{
    public int Cpus { get; set; }

    public long MemoryBytes { get; set; }

    public long DiskBytes { get; set; }
}
