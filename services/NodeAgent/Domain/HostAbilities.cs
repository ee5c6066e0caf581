using Skale.Contracts;

namespace Skale.NodeAgent.Domain;

/// <summary>Which limits the machine's kernel and engine can enforce.</summary>
public sealed record HostAbilities(bool Cpu, bool CpuShares, bool Memory, bool Swap, bool Pids)
{
    public static HostAbilities All { get; } = new(true, true, true, true, true);

    /// <summary>Whether a running container's limits are what was ordered, as far as this host can hold them.</summary>
    public bool Hold(SliceLimits ordered, SliceLimits inspected) =>
        (!Cpu || ordered.NanoCpus == inspected.NanoCpus)
        && (!Memory || ordered.MemoryBytes == inspected.MemoryBytes)
        && (!Pids || ordered.Pids == inspected.Pids);

    /// <summary>What this host cannot hold, each with its reason.</summary>
    public IReadOnlyList<string> Unenforced()
    {
        var missing = new List<string>();
        Add(Cpu, "cpu quota: the kernel has no CFS bandwidth control");
        Add(CpuShares, "cpu shares: the kernel has no CPU group scheduling");
        Add(Memory, "memory: the kernel has no memory control group");
        Add(Swap, "swap: the kernel does no swap accounting, so the chain may swap beyond its memory");
        Add(Pids, "pids: the kernel has no pids control group");
        return missing;

        void Add(bool holds, string reason)
        {
            if (!holds)
            {
                missing.Add(reason);
            }
        }
    }
}
