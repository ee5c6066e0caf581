using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using Skale.Contracts;
using Skale.Docker;
using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent;

/// <summary>A real Docker Engine, seen through the labels of one node.</summary>
public sealed class DockerHost : IContainerHost
{
    /// <summary>What is not as it was when its agent did not do it: containers that come, go, run, stand still or are changed, and networks and volumes that are taken away.</summary>
    private static readonly string[] Disturbing = ["create", "start", "die", "oom", "kill", "stop", "destroy", "pause", "unpause", "update", "rename", "remove", "disconnect"];

    /// <summary>Clocks of machine and engine may differ a little; what is told twice does no harm.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(2);

    private readonly Place place;
    private readonly DockerEngine engine;
    private readonly NetworkLimits network;
    private readonly MachineLimits limits;
    private readonly DockerSteps steps;
    private readonly ImageOrigins origins;
    private readonly ConcurrentDictionary<Counted, KernelLimits> kernels = [];
    private readonly ChainProbe probe = new();

    public DockerHost(Place place, EngineEndpoint endpoint, SubnetPool subnets, TimeSpan stopWithin, string volumeFolder, string verifier = "", TimeSpan verifyWithin = default)
    {
        this.place = place;
        engine = new DockerEngine(endpoint);
        network = new NetworkLimits(place);
        limits = new MachineLimits(engine, new DataVolumes(volumeFolder, place), network, new ChainOverlay(place, engine));
        steps = new DockerSteps(place, engine, limits, subnets, new ImageVerifier(engine, verifier, verifyWithin), stopWithin);
        origins = new ImageOrigins(engine);
        Data = new DataKeeper(place, engine, limits.Volumes, steps, stopWithin);
    }

    public DataKeeper? Data { get; }

    public async Task<HostFacts> Describe(CancellationToken cancellation)
    {
        var info = await engine.Info(cancellation);
        limits.Overlay.Demand(info.Swarm);
        return new HostFacts(
            new Machine(info.Name, info.Cpus, info.MemoryBytes, DiskOf(info.RootFolder), info.EngineVersion, $"{info.ApiVersion}", info.OperatingSystem, Simulated: false,
                place.Budget.DiskBytes, place.Budget.IoBytesPerSecond, place.Budget.IoPerSecond, place.Budget.NetworkBitsPerSecond),
            await limits.Probe(info, place.Budget, cancellation));
    }

    public async Task<ImmutableDictionary<ChainName, ChainSeen>> Observe(ChainName? chain, CancellationToken cancellation)
    {
        var labels = new Dictionary<string, string>(place.Labels);
        if (chain is { } only)
        {
            labels[Label.Chain] = only.Value;
        }

        var containers = engine.Containers.List(labels, cancellation);
        var networks = engine.Networks.List(labels, cancellation);
        var volumes = engine.Volumes.List(labels, cancellation);
        await Task.WhenAll(containers, networks, volumes);
        var seen = ImmutableDictionary.CreateBuilder<ChainName, ChainSeen>();
        foreach (var c in await containers)
        {
            Add(c.Labels, s => s with { Containers = s.Containers.Add(new ContainerSeen(c.Id, c.Name, c.Labels.GetValueOrDefault(Label.Spec, ""), PhaseOf(c.State), Rank: RankOf(c.Labels))) });
        }

        foreach (var n in await networks)
        {
            Add(n.Labels, s => s with { Networks = s.Networks.Add(new PartSeen(n.Id, n.Name)) });
        }

        foreach (var v in await volumes)
        {
            Add(v.Labels, s => s with { Volumes = s.Volumes.Add(new PartSeen(v.Name, v.Name)) });
        }

        return seen.ToImmutable();

        void Add(IReadOnlyDictionary<string, string> of, Func<ChainSeen, ChainSeen> add)
        {
            var name = new ChainName(of.GetValueOrDefault(Label.Chain, ""));
            seen[name] = add(seen.GetValueOrDefault(name, ChainSeen.Nothing));
        }
    }

    public Task<string?> Do(Step step, CancellationToken cancellation) => steps.Do(step, cancellation);

    public async Task<ContainerFacts?> Inspect(string container, CancellationToken cancellation)
    {
        if (await engine.Containers.Find(container, cancellation) is not { } c)
        {
            return null;
        }

        if (KernelLimits.Of(c.State.Pid, c.Id) is { } kernel)
        {
            kernels[new(new(c.Labels.GetValueOrDefault(Label.Chain, "")), c.Labels.GetValueOrDefault(Label.Sidecar))] = kernel;
        }

        return new ContainerFacts(
            c.Id, PhaseOf(c.State.Status), c.State.ExitCode, c.State.OutOfMemory, c.RestartCount, await limits.Read(c, cancellation), c.ImageId, IsolationRule.Faults(c, limits.Overlay.NameFor(c)).FirstOrDefault(),
            c.Restart.Name is not ("no" or ""), await origins.Of(c.Labels.GetValueOrDefault(Label.Image, c.Image), c.ImageId, cancellation));
    }

    public ImmutableDictionary<Counted, ChainUsage> Usage()
    {
        var used = ImmutableDictionary.CreateBuilder<Counted, ChainUsage>();
        foreach (var (container, kernel) in kernels)
        {
            var isMain = container.Sidecar is null;
            if (ChainUsage.Of(kernel, isMain ? probe.HeightOf(container.Chain) : null, withDisk: isMain) is { } usage)
            {
                used[container] = usage;
            }
            else if (kernels.TryRemove(KeyValuePair.Create(container, kernel)) && isMain)
            {
                probe.Forget(container.Chain);
            }
        }

        return used.ToImmutable();
    }

    public Task<string?> Probe(SubnodeContainer container, CancellationToken cancellation) => probe.Fault(container, cancellation);

    public async Task RemoveLeftovers(IReadOnlySet<ChainName> wanted, CancellationToken cancellation)
    {
        if (limits.Abilities.Can(Limit.Disk))
        {
            var stays = (await engine.Volumes.List(place.Labels, cancellation)).Select(v => v.Name).ToHashSet();
            foreach (var volume in limits.Volumes.All().Where(v => !stays.Contains(v) && !wanted.Contains(place.ChainOf(v)!.Value)))
            {
                await steps.RemoveData(volume, cancellation);
            }
        }

        await limits.Network.RemoveLeftovers(limits.Abilities);
        await limits.Overlay.RemoveLeftovers(wanted, cancellation);
    }

    public async IAsyncEnumerable<ChainName> Disturbances([EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var e in engine.Events(Disturbing, DateTimeOffset.UtcNow - Overlap, cancellation))
        {
            var chain = e.Type == "container" ? place.Owns(e.Attributes) && e.Attributes.TryGetValue(Label.Chain, out var labelled) ? new ChainName(labelled) : (ChainName?)null
                : place.ChainOf(e.Type == "volume" ? e.Id : e.Name ?? "");
            if (chain is { } ours)
            {
                yield return ours;
            }
        }
    }

    public void Dispose()
    {
        probe.Dispose();
        network.Dispose();
        engine.Dispose();
    }

    internal static int RankOf(IReadOnlyDictionary<string, string> labels) =>
        int.TryParse(labels.GetValueOrDefault(Label.Rank), NumberStyles.None, CultureInfo.InvariantCulture, out var rank) ? rank : 0;

    private static ContainerPhase PhaseOf(string state) => state switch
    {
        "created" => ContainerPhase.Created,
        "running" => ContainerPhase.Running,
        "restarting" => ContainerPhase.Restarting,
        "paused" => ContainerPhase.Paused,
        "removing" or "dead" => ContainerPhase.Dead,
        _ => ContainerPhase.Stopped,
    };

    /// <summary>0 when the engine's folder is not on a file system this process can see, as behind TCP.</summary>
    private static long DiskOf(string folder)
    {
        try
        {
            return Directory.Exists(folder) ? new DriveInfo(folder).TotalSize : 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return 0;
        }
    }
}
