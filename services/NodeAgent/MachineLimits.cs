using System.Collections.Immutable;
using Skale.Docker;
using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent;

/// <summary>The limits of slices on this machine: what it can enforce, what is in force, and putting that right; the engine's part and the kernel's.</summary>
internal sealed class MachineLimits(DockerEngine engine, DataVolumes volumes, NetworkLimits network, ChainOverlay overlay)
{
    private static readonly (Limit Limit, string File, string Key)[] Throttles =
    [
        (Limit.DiskReadBytes, "blkio.throttle.read_bps_device", "rbps"),
        (Limit.DiskWriteBytes, "blkio.throttle.write_bps_device", "wbps"),
        (Limit.DiskReads, "blkio.throttle.read_iops_device", "riops"),
        (Limit.DiskWrites, "blkio.throttle.write_iops_device", "wiops"),
    ];

    /// <summary>As last found.</summary>
    public HostAbilities Abilities { get; private set; } = HostAbilities.All;

    public DataVolumes Volumes => volumes;

    public NetworkLimits Network => network;

    public ChainOverlay Overlay => overlay;

    /// <summary>Finds out what this machine can do by trying what its engine does not tell.</summary>
    /// <param name="wanted">Limits of this node; what nobody wants is not tried.</param>
    public async Task<HostAbilities> Probe(EngineInfo info, NodeBudget wanted, CancellationToken cancellation)
    {
        var abilities = HostAbilities.All
            .Without(Limit.Cpu, info.HasCpuQuota ? null : "the kernel has no CFS bandwidth control")
            .Without(Limit.CpuShares, info.HasCpuShares ? null : "the kernel has no CPU group scheduling")
            .Without(Limit.Memory, info.HasMemoryLimit ? null : "the kernel has no memory control group")
            .Without(Limit.Swap, info.HasSwapLimit ? null : "the kernel does no swap accounting, so the chain may swap beyond its memory")
            .Without(Limit.Pids, info.HasPidsLimit ? null : "the kernel has no pids control group");
        var elsewhere = await Elsewhere(info, cancellation);
        var disk = elsewhere ?? await volumes.Fault();
        abilities = abilities.Without(Limit.Disk, disk);
        foreach (var throttle in Throttles)
        {
            var limits = info.CgroupVersion == "2" ? HasIoController() : File.Exists($"/sys/fs/cgroup/blkio/{throttle.File}");
            abilities = abilities.Without(
                throttle.Limit,
                disk is not null ? $"it is limited at the data volume's own device, and there is none: {disk}"
                : wanted.DiskBytes is null ? "it is limited at the data volume's own device, and that needs NodeAgent:DiskBytes"
                : limits ? null : "the kernel has no block IO throttling");
        }

        Abilities = await overlay.Probe(await network.Probe(abilities, elsewhere), elsewhere);
        if (info.CgroupVersion == "1")
        {
            const string Escapes = "direct and synced writes only: cgroup v1 writes buffered data back on nobody's account";
            Abilities = Abilities with { Partly = Abilities.Partly.Add(Limit.DiskWriteBytes, Escapes).Add(Limit.DiskWrites, Escapes) };
        }

        return Abilities;
    }

    /// <summary>Makes its volumes of a fixed size reachable for the engine.</summary>
    public async Task AttachVolumes(SubnodeContainer container)
    {
        foreach (var volume in container.Volumes)
        {
            await volumes.Attach(volume.Name);
        }
    }

    /// <summary>For the engine to set at creation.</summary>
    public Limits At(SubnodeContainer container)
    {
        var asked = Abilities.Enforceable(container.Asked);
        return DockerContainer.LimitsOf(container) with
        {
            Ulimits = [new Ulimit("nofile", asked[Limit.OpenFiles], asked[Limit.OpenFiles])],
            ReadBytesPerSecond = Rates(Limit.DiskReadBytes),
            WriteBytesPerSecond = Rates(Limit.DiskWriteBytes),
            ReadsPerSecond = Rates(Limit.DiskReads),
            WritesPerSecond = Rates(Limit.DiskWrites),
        };

        DeviceRate[] Rates(Limit limit) => !asked.TryGetValue(limit, out var rate) ? [] :
        [
            .. from part in DataVolume.Rates(container.Volumes, rate)
               where File.Exists(DataVolumes.DeviceOf(part.Volume.Name))
               select new DeviceRate(DataVolumes.DeviceOf(part.Volume.Name), part.PerSecond),
        ];
    }

    /// <summary>What is in force for a container: the kernel's word where it can be had, else the engine's.</summary>
    public async Task<ImmutableSortedDictionary<Limit, LimitSeen>> Read(ContainerDetails container, CancellationToken cancellation)
    {
        var seen = ImmutableSortedDictionary.CreateBuilder<Limit, LimitSeen>();
        var kernel = KernelLimits.Of(container.State.Pid, container.Id);
        Add(Limit.Cpu, kernel?.Cpu(), container.Limits.NanoCpus);
        Add(Limit.CpuShares, kernel?.CpuShares(), container.Limits.CpuShares);
        Add(Limit.Memory, kernel?.Memory(), container.Limits.MemoryBytes);
        Add(Limit.Swap, kernel?.Swap(), container.Limits.MemorySwapBytes);
        Add(Limit.Pids, kernel?.Pids(), container.Limits.PidsLimit ?? 0);
        Add(Limit.OpenFiles, kernel?.OpenFiles(), container.Limits.Ulimits.FirstOrDefault(u => u.Name == "nofile")?.Hard ?? 0);
        if (kernel?.MountedAt(SubnodeContainer.DataFolder).Select(m => m.Device).ToArray() is { Length: > 0 } devices)
        {
            ReadDisk(seen, kernel, devices);
        }

        if (container.State.Running && BridgeOf(container) is { Length: >= 12 } id)
        {
            await network.Read(seen, id, Abilities);
        }

        await overlay.Read(seen, container, cancellation);

        return seen.ToImmutable();

        void Add(Limit limit, (string File, long? Value)? read, long inspected) =>
            seen[limit] = read is { } found ? new(found.Value, ShortName(found.File)) : new(inspected > 0 ? inspected : null, "engine");
    }

    /// <summary>Puts right what drifted, without a restart.</summary>
    public async Task Set(ContainerDetails found, SubnodeContainer container, CancellationToken cancellation)
    {
        var asked = Abilities.Enforceable(container.Asked);
        await engine.Containers.Update(found.Id, DockerContainer.LimitsOf(container), RestartPolicy.Never, cancellation);
        if (asked.TryGetValue(Limit.Disk, out var bytes) && DataVolumes.CannotGrow is null)
        {
            foreach (var (volume, size) in DataVolume.Sizes(container.Volumes, bytes))
            {
                await volumes.Grow(volume.Name, size);
            }
        }

        await SetNetwork(BridgeOf(found), container.Main);
        await overlay.Join(container, cancellation);
        if (KernelLimits.Of(found.State.Pid, found.Id) is { } kernel)
        {
            foreach (var throttle in Throttles)
            {
                foreach (var (volume, rate) in asked.TryGetValue(throttle.Limit, out var whole) ? DataVolume.Rates(container.Volumes, whole) : [])
                {
                    if (kernel.DeviceAt(volume.Path) is { } device && LoopDevices.Of(device) is { } loop && volumes.Owns(loop.File))
                    {
                        await kernel.SetThrottle(throttle.File, throttle.Key, device, rate);
                    }
                }
            }
        }
    }

    /// <summary>Closes the chain's network off and limits it, unless that is so already.</summary>
    public Task SetNetwork(string? id, SubnodeContainer container) => id is { Length: >= 12 } ? network.Set(id, container, Abilities) : Task.CompletedTask;

    /// <summary>What a container has of all its data volumes together; nothing when one of them is not limited.</summary>
    private void ReadDisk(ImmutableSortedDictionary<Limit, LimitSeen>.Builder seen, KernelLimits kernel, string[] devices)
    {
        var sizes = devices.Select(d => LoopDevices.Of(d) is { } found && volumes.Owns(found.File) ? found.Bytes : (long?)null).ToArray();
        var cannot = sizes.Contains(null) ? "its data volume was made without a size; only a new one can have it" : null;
        seen[Limit.Disk] = new(Sum(sizes), devices.Length == 1 ? "size of the loop device" : $"sizes of {devices.Length} loop devices", cannot ?? DataVolumes.CannotGrow);
        foreach (var throttle in Throttles)
        {
            var found = devices.Select(d => kernel.Throttle(throttle.File, throttle.Key, d)).ToArray();
            seen[throttle.Limit] = new(Sum(found.Select(f => f.Value)), ShortName(found[0].File), cannot);
        }
    }

    private static long? Sum(IEnumerable<long?> figures) => figures.Aggregate((long?)0, (sum, figure) => sum + figure);

    /// <summary>Why this process cannot set limits where the engine's containers are; null when it can.</summary>
    private async Task<string?> Elsewhere(EngineInfo info, CancellationToken cancellation)
    {
        var bridge = (await engine.Networks.Find("bridge", cancellation))?.Options.GetValueOrDefault("com.docker.network.bridge.name");
        return engine.Endpoint.SocketPath is null ? "the engine is not reached through a socket of this machine"
            : !Directory.Exists(info.RootFolder) ? $"this agent does not see the engine's folder {info.RootFolder}: it runs in a container itself"
            : bridge is not null && !Directory.Exists($"/sys/class/net/{bridge}") ? $"this agent does not see the engine's bridge {bridge}: it runs in a container itself"
            : Environment.IsPrivilegedProcess ? null : "this agent does not run as root";
    }

    /// <summary>The network that it was made for, whatever others it is in.</summary>
    private static string? BridgeOf(ContainerDetails container) => container.Networks.GetValueOrDefault(container.Isolation.NetworkMode)?.NetworkId;

    private static bool HasIoController() => KernelFile.Read("/sys/fs/cgroup/cgroup.controllers")?.Split(' ').Contains("io") == true;

    /// <summary>Without the parts that differ from container to container, for which a reading need not be told again.</summary>
    private static string ShortName(string file) => Path.GetFileName(file) is "limits" ? "/proc limits" : $"cgroup {Path.GetFileName(file)}";
}
