using Skale.Docker;

namespace Skale.Cli.Commands.Nodes;

/// <summary>What a machine has of what an agent needs.</summary>
/// <param name="Engine">Why the Docker Engine cannot be worked with; null when it can.</param>
/// <param name="Missing">Programs that are not there.</param>
/// <param name="FreeBytes">Where chains' data will be.</param>
internal sealed record HostFound(bool IsRoot, bool HasApt, bool HasSystemd, bool HasCgroups, string? Engine, IReadOnlyList<string> Missing, long FreeBytes);

/// <summary>Looks at a machine that is to become a node, and says everything that is wrong at once.</summary>
internal static class HostChecks
{
    /// <summary>Bytes. Less holds neither images nor data.</summary>
    public const long LeastFreeBytes = 10L << 30;

    private const string EnginePackage = "docker.io";
    private const string DataFolder = "/var/lib";

    /// <summary>Without it the engine starts no container on a kernel with AppArmor, as Debian's is; Debian's engine only recommends it.</summary>
    private const string ProfileLoader = "apparmor_parser";

    private static readonly string[] folders = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"];

    /// <summary>What the agent and the engine run, by the Debian package that has it.</summary>
    private static readonly Dictionary<string, string> packages = new()
    {
        ["nft"] = "nftables",
        ["tc"] = "iproute2",
        ["ip"] = "iproute2",
        ["losetup"] = "mount",
        ["mount"] = "mount",
        ["mkfs.ext4"] = "e2fsprogs",
        ["debugfs"] = "e2fsprogs",
        ["resize2fs"] = "e2fsprogs",
        ["find"] = "findutils",
        [ProfileLoader] = "apparmor",
    };

    public static async Task<HostFound> Look(CancellationToken cancellation) => new(
        Environment.IsPrivilegedProcess, Has("apt-get"), Directory.Exists("/run/systemd/system"), HasCgroups(), await EngineTrouble(cancellation),
        [.. packages.Keys.Where(p => !Has(p) && (p != ProfileLoader || HasAppArmor())).Order(StringComparer.Ordinal)], new DriveInfo(DataFolder).AvailableFreeSpace);

    /// <summary>Debian packages that put right what is missing, in order.</summary>
    public static IReadOnlyList<string> Wanted(HostFound host) =>
        [.. host.Missing.Select(p => packages[p]).Concat(host.Engine is null ? [] : [EnginePackage]).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Everything that keeps this machine from being a node; empty when nothing does.</summary>
    public static IEnumerable<string> Problems(HostFound host)
    {
        if (!host.IsRoot)
        {
            yield return "you are not root: the agent makes file systems, firewalls and traffic rules. Run this with sudo.";
        }

        if (!host.HasCgroups)
        {
            yield return "the kernel's control groups cpu, memory and pids are not there: chains could not be limited. Boot with cgroup_enable=memory, or outside a container.";
        }

        if (host.Engine is { } engine)
        {
            yield return $"no Docker Engine answers: {engine.TrimEnd('.')}. Start it (systemctl start docker), or let --install install it.";
        }

        if (host.Missing.Count > 0)
        {
            yield return $"{string.Join(", ", host.Missing)} {(host.Missing.Count == 1 ? "is" : "are")} not installed: apt-get install {string.Join(' ', host.Missing.Select(p => packages[p]).Distinct())}, or --install.";
        }

        if (host.FreeBytes < LeastFreeBytes)
        {
            yield return $"{DataFolder} has {host.FreeBytes >> 20} MiB free; images and chains' data need {LeastFreeBytes >> 20} at least.";
        }

        if (!host.HasSystemd)
        {
            yield return "systemd does not run here: the agent's unit could not be started. Start the agent by other means, always again, with the variables of the configuration file.";
        }
    }

    private static bool Has(string program) => folders.Any(f => File.Exists(Path.Combine(f, program)));

    /// <summary>Whether the kernel confines programs by AppArmor's profiles.</summary>
    private static bool HasAppArmor()
    {
        const string Enabled = "/sys/module/apparmor/parameters/enabled";
        return File.Exists(Enabled) && File.ReadAllText(Enabled).StartsWith('Y');
    }

    private static bool HasCgroups()
    {
        const string Unified = "/sys/fs/cgroup/cgroup.controllers";
        string[] wanted = ["cpu", "memory", "pids"];
        var there = File.Exists(Unified) ? File.ReadAllText(Unified).Split(' ', '\n') : [];
        return wanted.All(w => there.Contains(w) || Directory.Exists($"/sys/fs/cgroup/{w}"));
    }

    private static async Task<string?> EngineTrouble(CancellationToken cancellation)
    {
        try
        {
            using var engine = new DockerEngine();
            await engine.Ping(cancellation);
            return null;
        }
        catch (Exception e) when (e is DockerUnavailableException or DockerVersionException or DockerException or FormatException)
        {
            return e.Message;
        }
    }
}
