using System.Diagnostics;

namespace Skale.NodeAgent.Domain;

/// <summary>What a slice limits.</summary>
public enum Limit
{
    /// <summary>Processor time.</summary>
    Cpu,

    /// <summary>Weight when processors are short.</summary>
    CpuShares,

    Memory,

    /// <summary>Memory and swap together.</summary>
    Swap,

    /// <summary>Processes and threads.</summary>
    Pids,

    /// <summary>Per process.</summary>
    OpenFiles,

    /// <summary>Size of the data volume.</summary>
    Disk,

    DiskReadBytes,

    DiskWriteBytes,

    DiskReads,

    DiskWrites,

    /// <summary>Towards the chain.</summary>
    NetworkIn,

    /// <summary>From the chain.</summary>
    NetworkOut,

    /// <summary>Who reaches the chain and whom it reaches, as a digest: any other rules differ.</summary>
    Firewall,

    /// <summary>The network in which the chain's members meet, where machines form a swarm.</summary>
    Overlay,
}

/// <summary>A limit as found in force.</summary>
/// <param name="Value">Null when nothing limits.</param>
/// <param name="Where">It was looked up.</param>
/// <param name="Cannot">Why it could not be put right for this container if it differed; null when it could.</param>
public sealed record LimitSeen(long? Value, string Where, string? Cannot = null);

/// <summary>Names, units and the kernel's grain of limits.</summary>
public static class LimitWords
{
    private const int LargestPageBytes = 65_536;

    public static string Name(this Limit limit) => limit switch
    {
        Limit.Cpu => "cpu",
        Limit.CpuShares => "cpu shares",
        Limit.Memory => "memory",
        Limit.Swap => "memory and swap",
        Limit.Pids => "pids",
        Limit.OpenFiles => "open files",
        Limit.Disk => "disk",
        Limit.DiskReadBytes => "disk bytes read",
        Limit.DiskWriteBytes => "disk bytes written",
        Limit.DiskReads => "disk reads",
        Limit.DiskWrites => "disk writes",
        Limit.NetworkIn => "network in",
        Limit.NetworkOut => "network out",
        Limit.Firewall => "firewall",
        Limit.Overlay => "overlay network",
        _ => throw new UnreachableException($"{limit}"),
    };

    /// <summary>It holds at a data volume's device.</summary>
    public static bool IsThrottle(this Limit limit) => limit is Limit.DiskReadBytes or Limit.DiskWriteBytes or Limit.DiskReads or Limit.DiskWrites;

    public static string Unit(this Limit limit) => limit switch
    {
        Limit.Cpu => "billionths of a CPU",
        Limit.CpuShares => "shares",
        Limit.Memory or Limit.Swap or Limit.Disk => "bytes",
        Limit.Pids => "processes and threads",
        Limit.OpenFiles => "files per process",
        Limit.DiskReadBytes or Limit.DiskWriteBytes => "bytes per second",
        Limit.DiskReads or Limit.DiskWrites => "operations per second",
        Limit.NetworkIn or Limit.NetworkOut => "bits per second",
        Limit.Firewall => "digest of its rules",
        Limit.Overlay => "encrypted network of the chain",
        _ => throw new UnreachableException($"{limit}"),
    };

    /// <summary>Whether what is seen is what was asked, rounded down as the kernel counts: processor time in microseconds per 100 ms, memory in pages, rates in bytes.</summary>
    public static bool IsMetBy(this Limit limit, long asked, long seen) => asked - seen >= 0 && asked - seen < limit switch
    {
        Limit.Cpu => 10_000,
        Limit.Memory or Limit.Swap => LargestPageBytes,
        Limit.Disk => 4096,
        Limit.NetworkIn or Limit.NetworkOut => 8,
        _ => 1,
    };
}
