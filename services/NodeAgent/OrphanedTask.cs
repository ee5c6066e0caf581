using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Skale.NodeAgent;

/// <summary>
/// What an engine that was killed while it started a container leaves of it: a process with the container's mounts that waits for the word to begin, and its
/// containerd shim. The engine that comes back does not know of them, removing the container leaves them, and its data volume is in use for ever.
/// </summary>
internal static class OrphanedTask
{
    /// <summary>What the engine has ended itself is gone by then.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LooksEvery = TimeSpan.FromMilliseconds(20);

    /// <summary>Returns when no process of a container is left on this machine, and ends by SIGKILL what does not end by itself. When its shim is gone, containerd forgets the rest.</summary>
    /// <param name="container">The whole id of a container that the engine does not have any more; it is nobody else's.</param>
    /// <exception cref="HostToolException">A process does not end, or may not be ended by this one.</exception>
    public static async Task End(string container, CancellationToken cancellation)
    {
        for (var since = Stopwatch.GetTimestamp(); Of(container) is { Count: > 0 } left; await Task.Delay(LooksEvery, cancellation))
        {
            var waited = Stopwatch.GetElapsedTime(since);
            if (waited > Patience)
            {
                throw new HostToolException($"processes {string.Join(", ", left)} of container {container}, which the engine has removed, do not end");
            }

            if (waited > Grace)
            {
                left.ForEach(Kill);
            }
        }
    }

    /// <summary>Ids of containers whose processes have a device mounted as their own.</summary>
    /// <param name="device"><c>major:minor</c>.</param>
    public static IReadOnlySet<string> Holding(string device) => Processes()
        .Where(p => IsMounted(device, KernelFile.Read($"/proc/{p}/mountinfo") ?? ""))
        .Select(p => ContainerOf(KernelFile.Read($"/proc/{p}/cgroup") ?? "")).OfType<string>().ToHashSet();

    /// <summary>
    /// Where the engine itself mounts a volume does not count: every container of whatever engine sees all of the machine's mounts for a moment while it is made, and one that was given the machine's files
    /// sees them for as long as it lives.
    /// </summary>
    internal static bool IsMounted(string device, string mountInfo) => mountInfo.Split('\n').Select(line => line.Split(' ')).Any(
        mount => mount is [_, _, var number, _, var path, ..] && number == device && !(path.Contains("/volumes/", StringComparison.Ordinal) && path.EndsWith("/_data", StringComparison.Ordinal)));

    /// <summary>Its processes by their control group, its shim by its arguments. None of what is not a whole id.</summary>
    private static List<int> Of(string container) => ContainerOf(container) != container ? [] :
    [
        .. Processes().Where(p => KernelFile.Read($"/proc/{p}/cgroup")?.Contains(container, StringComparison.Ordinal) == true
            || (KernelFile.Read($"/proc/{p}/cmdline") is { } line && line.Contains("containerd-shim", StringComparison.Ordinal) && line.Contains($"\0-id\0{container}\0", StringComparison.Ordinal))),
    ];

    private static IEnumerable<int> Processes() => Directory.EnumerateDirectories("/proc").Select(Path.GetFileName)
        .Select(name => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0).Where(id => id > 0);

    /// <summary>The first 64 hexadecimal digits in the paths of the control groups, whoever the engine's driver is.</summary>
    private static string? ContainerOf(string groups)
    {
        const int Length = 64;
        var run = 0;
        for (var i = 0; i < groups.Length; i++)
        {
            run = char.IsAsciiHexDigitLower(groups[i]) || char.IsAsciiDigit(groups[i]) ? run + 1 : 0;
            if (run == Length)
            {
                return groups[(i - Length + 1)..(i + 1)];
            }
        }

        return null;
    }

    private static void Kill(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // It has ended meanwhile.
        }
        catch (Win32Exception e)
        {
            throw new HostToolException($"process {id} cannot be ended: {e.Message}", e);
        }
    }
}
