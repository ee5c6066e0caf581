using System.Globalization;

namespace Skale.NodeAgent;

/// <summary>The control group of a container's first process, read and set as the kernel shows it; cgroup v1 and v2.</summary>
/// <param name="folders">By controller; all the same in v2.</param>
internal sealed class KernelLimits(int pid, bool second, IReadOnlyDictionary<string, string> folders)
{
    /// <summary>Control groups of the second version.</summary>
    public bool Second => second;

    private const string Root = "/sys/fs/cgroup";

    /// <summary>Null when this process cannot see the container's: it is on another machine, or in a container itself.</summary>
    /// <param name="container">Its id, which the engine makes part of the group's path.</param>
    public static KernelLimits? Of(int pid, string container)
    {
        if (pid == 0 || KernelFile.Read($"/proc/{pid}/cgroup") is not { } text || !text.Contains(container, StringComparison.Ordinal))
        {
            return null;
        }

        var lines = text.Split('\n').Select(l => l.Split(':', 3)).Where(l => l.Length == 3).ToArray();
        var second = lines.All(l => l[1].Length == 0);
        var folders = lines.SelectMany(l => l[1].Split(',').Select(c => (Controller: c, Folder: second ? Root + l[2] : $"{Root}/{c}{l[2]}")))
            .ToDictionary(l => l.Controller, l => l.Folder);
        return folders.Values.Any(Directory.Exists) ? new KernelLimits(pid, second, folders) : null;
    }

    public (string File, long? Value) Cpu() => Read("cpu", "cpu.cfs_quota_us", "cpu.max", text => second
        ? text.Split(' ') is [var quota, var period] ? Nanos(Number(quota), Number(period)) : null
        : Nanos(Number(text), Number(KernelFile.Read(FileOf("cpu", "cpu.cfs_period_us", "")))));

    /// <summary>Null in v2, which has weights of another scale.</summary>
    public (string File, long? Value)? CpuShares() => second ? null : Read("cpu", "cpu.shares", "", Number);

    public (string File, long? Value) Memory() => Read("memory", "memory.limit_in_bytes", "memory.max", Bounded);

    /// <summary>Memory and swap together; null as a whole where the kernel does not count swap.</summary>
    public (string File, long? Value)? Swap()
    {
        var file = FileOf("memory", "memory.memsw.limit_in_bytes", "memory.swap.max");
        return KernelFile.Read(file) is not { } text ? null : (file, second ? Bounded(text) + Memory().Value : Bounded(text));
    }

    public (string File, long? Value) Pids() => Read("pids", "pids.max", "pids.max", Bounded);

    /// <summary>
    /// Files that a process here may open at most: without CAP_SYS_RESOURCE nobody raises the hard limit he was started with, and an engine on this machine that lacks it
    /// refuses containers which ask for more. Any number where it is held.
    /// </summary>
    public static long MostOpenFiles()
    {
        const int SysResource = 24;
        var mask = KernelFile.Read("/proc/self/status")?.Split('\n').FirstOrDefault(l => l.StartsWith("CapEff:", StringComparison.Ordinal))?["CapEff:".Length..].Trim();
        return mask is null || (Convert.ToUInt64(mask, 16) >> SysResource & 1) == 1 ? long.MaxValue : new KernelLimits(Environment.ProcessId, false, new Dictionary<string, string>()).OpenFiles().Value ?? long.MaxValue;
    }

    public (string File, long? Value) OpenFiles()
    {
        var file = $"/proc/{pid}/limits";
        var words = KernelFile.Read(file)?.Split('\n').FirstOrDefault(l => l.StartsWith("Max open files", StringComparison.Ordinal))?[14..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return (file, words is [var soft, var hard, ..] && soft == hard ? Number(hard) : null);
    }

    /// <param name="first">v1's file.</param>
    /// <param name="name">v2's key in <c>io.max</c>.</param>
    /// <param name="device"><c>major:minor</c>.</param>
    public (string File, long? Value) Throttle(string first, string name, string device) => Read("blkio", first, "io.max", text =>
        text.Split('\n').Select(l => l.Split(' ')).FirstOrDefault(l => l[0] == device) is not { Length: > 1 } line ? null
        : Number(second ? line.FirstOrDefault(w => w.StartsWith($"{name}=", StringComparison.Ordinal))?[(name.Length + 1)..] : line[1]));

    /// <summary>Sets what the engine cannot change of a running container.</summary>
    public Task SetThrottle(string first, string name, string device, long value) =>
        File.WriteAllTextAsync(FileOf("blkio", first, "io.max"), string.Create(CultureInfo.InvariantCulture, $"{device} {(second ? $"{name}=" : "")}{value}"));

    /// <summary><c>major:minor</c> of what is mounted at a path of the container; null when nothing is.</summary>
    public string? DeviceAt(string path) => KernelFile.Read($"/proc/{pid}/mountinfo")?.Split('\n').Select(l => l.Split(' ')).LastOrDefault(l => l.Length > 4 && l[4] == path)?[2];

    /// <summary>What is mounted at a path of the container and within, each with its <c>major:minor</c>.</summary>
    public IReadOnlyList<(string Path, string Device)> MountedAt(string path) =>
    [
        .. (KernelFile.Read($"/proc/{pid}/mountinfo") ?? "").Split('\n').Select(l => l.Split(' '))
            .Where(l => l.Length > 4 && (l[4] == path || l[4].StartsWith($"{path}/", StringComparison.Ordinal))).Select(l => (l[4], l[2])),
    ];

    /// <summary>The file that holds a limit and its value; null when there is none, as for "max".</summary>
    private (string File, long? Value) Read(string controller, string first, string name, Func<string, long?> parse)
    {
        var file = FileOf(controller, first, name);
        return (file, KernelFile.Read(file) is { } text ? parse(text) : null);
    }

    private static long? Number(string? text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>v1 shows "no limit" as the largest number of whole pages.</summary>
    private static long? Bounded(string text) => Number(text) is { } number and < (1L << 62) ? number : null;

    private static long? Nanos(long? quota, long? period) => quota > 0 && period > 0 ? (long)((Int128)quota.Value * 1_000_000_000 / period.Value) : null;

    /// <summary>Lines of a file of its group, each in words; none where there is no such file.</summary>
    /// <param name="first">v1's file.</param>
    /// <param name="name">v2's.</param>
    internal IReadOnlyList<string[]> Lines(string controller, string first, string name) => Words(FileOf(controller, first, name));

    /// <summary>Lines of a file of its first process, such as <c>net/dev</c>.</summary>
    internal IReadOnlyList<string[]> LinesOfProcess(string file) => Words($"/proc/{pid}/{file}");

    /// <summary>A path of the container, as this process reaches it.</summary>
    internal string PathTo(string path) => $"/proc/{pid}/root{path}";

    private static string[][] Words(string file) => [.. (KernelFile.Read(file) ?? "").Split('\n').Select(l => l.Split((char[])[' ', ':', '='], StringSplitOptions.RemoveEmptyEntries))];

    private string FileOf(string controller, string first, string name) => second ? $"{folders[""]}/{name}" : $"{folders.GetValueOrDefault(controller, $"{Root}/{controller}")}/{first}";
}
