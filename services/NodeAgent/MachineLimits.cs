using System.Collections.Immutable;
using Skale.Docker;
using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent;

/// <summary>The limits of slices on this machine: what it can enforce, what is in force, and putting that right; the engine's part and the kernel's.</summary>
internal sealed class MachineLimits(DockerEngine engine, DataVolumes volumes, BridgeTraffic traffic)
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

    public BridgeTraffic Traffic => traffic;

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

        var network = elsewhere ?? await traffic.Fault();
        Abilities = abilities.Without(Limit.NetworkIn, network).Without(Limit.NetworkOut, network);
        if (info.CgroupVersion == "1")
        {
            const string Escapes = "direct and synced writes only: cgroup v1 writes buffered data back on nobody's account";
            Abilities = Abilities with { Partly = Abilities.Partly.Add(Limit.DiskWriteBytes, Escapes).Add(Limit.DiskWrites, Escapes) };
        }

        return Abilities;
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

        DeviceRate[] Rates(Limit limit) =>
            asked.TryGetValue(limit, out var rate) && File.Exists(DataVolumes.DeviceOf(container.Name)) ? [new DeviceRate(DataVolumes.DeviceOf(container.Name), rate)] : [];
    }

    /// <summary>What is in force for a container: the kernel's word where it can be had, else the engine's.</summary>
    public async Task<ImmutableSortedDictionary<Limit, LimitSeen>> Read(ContainerDetails container)
    {
        var seen = ImmutableSortedDictionary.CreateBuilder<Limit, LimitSeen>();
        var kernel = KernelLimits.Of(container.State.Pid, container.Id);
        Add(Limit.Cpu, kernel?.Cpu(), container.Limits.NanoCpus);
        Add(Limit.CpuShares, kernel?.CpuShares(), container.Limits.CpuShares);
        Add(Limit.Memory, kernel?.Memory(), container.Limits.MemoryBytes);
        Add(Limit.Swap, kernel?.Swap(), container.Limits.MemorySwapBytes);
        Add(Limit.Pids, kernel?.Pids(), container.Limits.PidsLimit ?? 0);
        Add(Limit.OpenFiles, kernel?.OpenFiles(), container.Limits.Ulimits.FirstOrDefault(u => u.Name == "nofile")?.Hard ?? 0);
        if (kernel?.DeviceAt(SubnodeContainer.DataFolder) is { } device)
        {
            ReadDisk(seen, kernel, device);
        }

        if (Abilities.Can(Limit.NetworkIn) && container.State.Running && container.Networks.Values.FirstOrDefault()?.NetworkId is { Length: >= 12 } network)
        {
            var (inward, outward) = await Rates(network);
            seen[Limit.NetworkIn] = new(inward, "tc");
            seen[Limit.NetworkOut] = new(outward, "tc");
        }

        return seen.ToImmutable();

        void Add(Limit limit, (string File, long? Value)? read, long inspected) =>
            seen[limit] = read is { } found ? new(found.Value, ShortName(found.File)) : new(inspected > 0 ? inspected : null, "engine");
    }

    /// <summary>Puts right what drifted, without a restart.</summary>
    public async Task Set(ContainerDetails found, SubnodeContainer container, CancellationToken cancellation)
    {
        var asked = Abilities.Enforceable(container.Asked);
        await engine.Containers.Update(found.Id, DockerContainer.LimitsOf(container), cancellation);
        if (asked.TryGetValue(Limit.Disk, out var bytes) && DataVolumes.CannotGrow is null)
        {
            await volumes.Grow(container.Name, bytes);
        }

        await SetTraffic(found.Networks.Values.FirstOrDefault()?.NetworkId, container);
        if (KernelLimits.Of(found.State.Pid, found.Id) is { } kernel && kernel.DeviceAt(SubnodeContainer.DataFolder) is { } device && LoopDevices.Of(device) is { } loop && volumes.Owns(loop.File))
        {
            foreach (var throttle in Throttles)
            {
                if (asked.TryGetValue(throttle.Limit, out var rate))
                {
                    await kernel.SetThrottle(throttle.File, throttle.Key, device, rate);
                }
            }
        }
    }

    /// <summary>Limits the chain's network unless it is limited so already.</summary>
    public async Task SetTraffic(string? network, SubnodeContainer container)
    {
        if (network is { Length: >= 12 } && Abilities.Enforceable(container.Asked).TryGetValue(Limit.NetworkIn, out var rate)
            && await Rates(network) is var (inward, outward) && !(IsMet(inward) && IsMet(outward)))
        {
            await traffic.Limit(container.Name, network, rate);
        }

        bool IsMet(long? seen) => seen is { } value && Limit.NetworkIn.IsMetBy(rate, value);
    }

    private static async Task<(long? In, long? Out)> Rates(string network)
    {
        try
        {
            return await BridgeTraffic.Read(network);
        }
        catch (HostToolException)
        {
            return (null, null);
        }
    }

    private void ReadDisk(ImmutableSortedDictionary<Limit, LimitSeen>.Builder seen, KernelLimits kernel, string device)
    {
        var loop = LoopDevices.Of(device) is { } found && volumes.Owns(found.File) ? found : ((string File, long Bytes)?)null;
        var cannot = loop is null ? "its data volume was made without a size; only a new one can have it" : null;
        seen[Limit.Disk] = new(loop?.Bytes, "size of the loop device", cannot ?? DataVolumes.CannotGrow);
        foreach (var throttle in Throttles)
        {
            var (file, value) = kernel.Throttle(throttle.File, throttle.Key, device);
            seen[throttle.Limit] = new(value, ShortName(file), cannot);
        }
    }

    /// <summary>Why this process cannot set limits where the engine's containers are; null when it can.</summary>
    private async Task<string?> Elsewhere(EngineInfo info, CancellationToken cancellation)
    {
        var bridge = (await engine.Networks.Find("bridge", cancellation))?.Options.GetValueOrDefault("com.docker.network.bridge.name");
        return engine.Endpoint.SocketPath is null ? "the engine is not reached through a socket of this machine"
            : !Directory.Exists(info.RootFolder) ? $"this agent does not see the engine's folder {info.RootFolder}: it runs in a container itself"
            : bridge is not null && !Directory.Exists($"/sys/class/net/{bridge}") ? $"this agent does not see the engine's bridge {bridge}: it runs in a container itself"
            : Environment.IsPrivilegedProcess ? null : "this agent does not run as root";
    }

    private static bool HasIoController() => KernelFile.Read("/sys/fs/cgroup/cgroup.controllers")?.Split(' ').Contains("io") == true;

    /// <summary>Without the parts that differ from container to container, for which a reading need not be told again.</summary>
    private static string ShortName(string file) => Path.GetFileName(file) is "limits" ? "/proc limits" : $"cgroup {Path.GetFileName(file)}";
}
