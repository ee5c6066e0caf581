using Skale.Docker;

namespace Skale.NodeAgent;

/// <summary>
/// What no container of a chain may have, whoever asks: an image's profile, a command, or somebody who made a container in our name. A container that
/// reaches the host's namespaces, paths or devices, or more of the kernel than the engine's default, is no container any more.
/// </summary>
internal static class IsolationRule
{
    private const string SizedType = "ext4";

    /// <summary>Of a volume with a size: no devices, no set-uid programs; freed blocks go back to the machine.</summary>
    public static IReadOnlyDictionary<string, string> VolumeOptions(string volume) =>
        new Dictionary<string, string> { ["type"] = SizedType, ["device"] = DataVolumes.DeviceOf(volume), ["o"] = "nodev,nosuid,noatime,discard" };

    /// <summary>Everything that is wrong with a container to be made; empty when nothing is.</summary>
    public static IEnumerable<string> Faults(ContainerSpec spec) =>
        Faults(spec.Isolation, spec.Network, spec.User)
            .Concat(spec.Volumes.Where(v => !IsName(v.Volume)).Select(v => $"'{v.Volume}' is no name of a volume; paths of the host are not mounted"))
            .Concat(spec.Volumes.SelectMany(v => FaultsOfPath(v.Path)));

    /// <summary>
    /// Everything that is wrong with a container that is there. The host's control group namespace, the engine's default under cgroup v1, shows names and
    /// gives nothing: chains of earlier agents have it, and run on.
    /// </summary>
    /// <param name="overlay">The network that it may be in besides its own; null for none.</param>
    public static IEnumerable<string> Faults(ContainerDetails container, string? overlay = null) =>
        Faults(container.Isolation with { CgroupNamespace = "" }, container.Isolation.NetworkMode, container.User)
            .Concat(container.Mounts.Where(m => m.Type is not ("volume" or "tmpfs")).Select(m => $"'{m.Source}' of the host is mounted at {m.Path}"))
            .Concat(container.Mounts.SelectMany(m => FaultsOfPath(m.Path)))
            .Concat(container.Networks.Keys.Where(n => n != container.Isolation.NetworkMode && n != overlay).Select(n => $"it is in network '{n}', which is not its own"));

    /// <summary>Everything that is wrong with a volume, seen at its own word: where its files are, and what the engine mounts for it.</summary>
    public static IEnumerable<string> Faults(VolumeDetails volume)
    {
        if (volume.Driver != "local")
        {
            yield return $"volume '{volume.Name}' is of driver '{volume.Driver}', not of this machine";
        }

        var allowed = VolumeOptions(volume.Name);
        if (volume.Options.Any(o => allowed.GetValueOrDefault(o.Key) != o.Value))
        {
            yield return $"volume '{volume.Name}' leads elsewhere: {string.Join(", ", volume.Options.Select(o => $"{o.Key}={o.Value}"))}";
        }

        foreach (var folder in new[] { volume.Mountpoint, Path.GetDirectoryName(volume.Mountpoint) })
        {
            if (folder is { Length: > 0 } && new DirectoryInfo(folder) is { LinkTarget: { } target })
            {
                yield return $"volume '{volume.Name}' is a symbolic link to {target}";
            }
        }
    }

    private static IEnumerable<string> Faults(Isolation isolation, string network, string? user)
    {
        if (isolation.Privileged)
        {
            yield return "privileged";
        }

        foreach (var (what, value) in new[]
        {
            ("network", network), ("process", isolation.PidNamespace), ("IPC", isolation.IpcNamespace), ("user", isolation.UserNamespace),
            ("host name", isolation.UtsNamespace), ("control group", isolation.CgroupNamespace),
        })
        {
            if (value == "host" || value.StartsWith("container:", StringComparison.Ordinal))
            {
                yield return $"the {what} namespace of {(value == "host" ? "the host" : value)}";
            }
        }

        foreach (var (what, values) in new[]
        {
            ("capability", isolation.AddedCapabilities), ("path of the host", isolation.Binds), ("volumes of container", isolation.VolumesFrom),
            ("device rule", isolation.DeviceRules), ("group", isolation.Groups),
        })
        {
            foreach (var value in values)
            {
                yield return $"{what} '{value}'";
            }
        }

        foreach (var device in isolation.Devices)
        {
            yield return $"device '{device.PathOnHost}'";
        }

        foreach (var setting in isolation.Sysctls)
        {
            yield return $"kernel setting '{setting.Key}={setting.Value}'";
        }

        foreach (var option in isolation.SecurityOptions.Where(o => o is not ("no-new-privileges" or "no-new-privileges:true" or "no-new-privileges=true")))
        {
            yield return $"security option '{option}'; the engine's own profiles stay on";
        }

        foreach (var missing in Missing(isolation))
        {
            yield return missing;
        }

        foreach (var path in isolation.Tmpfs.Keys.SelectMany(FaultsOfPath))
        {
            yield return path;
        }

        if (user is "0" or "root" || user?.StartsWith("0:", StringComparison.Ordinal) == true)
        {
            yield return "user root asked for";
        }
    }

    private static IEnumerable<string> Missing(Isolation isolation)
    {
        if (!isolation.DroppedCapabilities.Contains("ALL"))
        {
            yield return "capabilities are not dropped";
        }

        if (!isolation.SecurityOptions.Any(o => o.StartsWith("no-new-privileges", StringComparison.Ordinal)))
        {
            yield return "new privileges are not forbidden";
        }

        if (!isolation.ReadOnlyRoot)
        {
            yield return "its root can be written";
        }
    }

    /// <summary>A mount point within the kernel's file systems, or one that climbs, changes what the runtime itself writes to (CVE-2019-16884, CVE-2021-30465).</summary>
    private static IEnumerable<string> FaultsOfPath(string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (!path.StartsWith('/') || parts.Length == 0 || parts.Any(p => p is "." or "..") || parts[0] is "proc" or "sys" or "dev")
        {
            yield return $"'{path}' is no place to mount anything";
        }
    }

    private static bool IsName(string volume) =>
        volume.Length is > 1 and < 256 && char.IsAsciiLetterOrDigit(volume[0]) && volume.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-');
}
