using System.Globalization;
using Skale.Contracts;
using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent;

/// <summary>A container whose use is counted by itself.</summary>
/// <param name="Sidecar">Null: the chain's main container.</param>
public readonly record struct Counted(ChainName Chain, string? Sidecar);

/// <summary>What one of a chain's running containers has used since its start, as the kernel counts.</summary>
/// <param name="Periods">Scheduling periods in which it wanted to run.</param>
/// <param name="ThrottledPeriods">Those in which it had to wait for its quota.</param>
/// <param name="DiskBytes">Used of the chain's data volumes; null when one has no size of its own, and of sidecars, which have the same.</param>
/// <param name="NetworkInBytes">Towards the chain.</param>
/// <param name="BlockHeight">As it last answered; null when it has not.</param>
public sealed record ChainUsage(
    double CpuSeconds, double ThrottledSeconds, long Periods, long ThrottledPeriods, long MemoryBytes, long ReadBytes, long WrittenBytes, long? DiskBytes, long NetworkInBytes,
    long NetworkOutBytes, long? BlockHeight)
{
    private const double NanosPerSecond = 1e9, MicrosPerSecond = 1e6;

    /// <summary>Null when the container has ended.</summary>
    internal static ChainUsage? Of(KernelLimits kernel, long? blockHeight, bool withDisk)
    {
        var cpu = Named(kernel.Lines("cpu", "cpu.stat", "cpu.stat"));
        if (cpu.Count == 0)
        {
            return null;
        }

        var io = kernel.Second
            ? kernel.Lines("blkio", "", "io.stat").Where(l => l.Length > 5).Select(l => (Read: Number(l[3]), Written: Number(l[5]))).ToArray()
            : [.. kernel.Lines("blkio", "blkio.throttle.io_service_bytes", "").Where(l => l.Length == 4).Select(l => (l[2] == "Read" ? Number(l[3]) : 0, l[2] == "Write" ? Number(l[3]) : 0))];
        var network = kernel.LinesOfProcess("net/dev").Where(l => l.Length > 9 && l[0] != "lo" && char.IsAsciiDigit(l[1][0])).ToArray();
        return new ChainUsage(
            kernel.Second ? cpu.GetValueOrDefault("usage_usec") / MicrosPerSecond : First(kernel.Lines("cpuacct", "cpuacct.usage", "")) / NanosPerSecond,
            kernel.Second ? cpu.GetValueOrDefault("throttled_usec") / MicrosPerSecond : cpu.GetValueOrDefault("throttled_time") / NanosPerSecond,
            cpu.GetValueOrDefault("nr_periods"), cpu.GetValueOrDefault("nr_throttled"),
            First(kernel.Lines("memory", "memory.usage_in_bytes", "memory.current")),
            io.Sum(d => d.Read), io.Sum(d => d.Written), withDisk ? DiskOf(kernel) : null, network.Sum(l => Number(l[1])), network.Sum(l => Number(l[9])), blockHeight);
    }

    private static long? DiskOf(KernelLimits kernel)
    {
        var mounted = kernel.MountedAt(SubnodeContainer.DataFolder);
        if (mounted.Count == 0 || mounted.Any(m => LoopDevices.Of(m.Device) is null))
        {
            return null;
        }

        try
        {
            return mounted.Select(m => new DriveInfo(kernel.PathTo(m.Path))).Sum(v => v.TotalSize - v.TotalFreeSpace);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static Dictionary<string, long> Named(IEnumerable<string[]> lines) => lines.Where(l => l.Length == 2).ToDictionary(l => l[0], l => Number(l[1]));

    private static long First(IReadOnlyList<string[]> lines) => lines is [[var number], ..] ? Number(number) : 0;

    private static long Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
