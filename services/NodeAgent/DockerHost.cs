using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Skale.Contracts;
using Skale.Docker;
using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent;

/// <summary>A real Docker Engine, seen through the labels of one node.</summary>
public sealed class DockerHost : IContainerHost
{
    /// <summary>What happens to a container while its agent did not do it, or what somebody else changed.</summary>
    private static readonly HashSet<string> Disturbing = ["die", "oom", "kill", "stop", "destroy", "pause", "unpause", "update", "remove", "disconnect"];

    private readonly Place place;
    private readonly DockerEngine engine;
    private readonly MachineLimits limits;
    private readonly DockerSteps steps;
    private readonly ChainProbe probe = new();

    public DockerHost(Place place, EngineEndpoint endpoint, SubnetPool subnets, TimeSpan stopWithin, string volumeFolder)
    {
        this.place = place;
        engine = new DockerEngine(endpoint);
        limits = new MachineLimits(engine, new DataVolumes(volumeFolder, place), new BridgeTraffic(place));
        steps = new DockerSteps(place, engine, limits, subnets, stopWithin);
    }

    public async Task<HostFacts> Describe(CancellationToken cancellation)
    {
        var info = await engine.Info(cancellation);
        return new HostFacts(
            new Machine(info.Name, info.Cpus, info.MemoryBytes, DiskOf(info.RootFolder), info.EngineVersion, $"{info.ApiVersion}", info.OperatingSystem, Simulated: false),
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
            Add(c.Labels, s => s with { Containers = s.Containers.Add(new ContainerSeen(c.Id, c.Name, c.Labels.GetValueOrDefault(Label.Spec, ""), PhaseOf(c.State))) });
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

    public async Task<ContainerFacts?> Inspect(string container, CancellationToken cancellation) =>
        await engine.Containers.Find(container, cancellation) is { } c
            ? new ContainerFacts(
                c.Id, PhaseOf(c.State.Status), c.State.ExitCode, c.State.OutOfMemory, c.RestartCount,
                await limits.Read(c), c.ImageId, IsolationRule.Faults(c).FirstOrDefault())
            : null;

    public Task<string?> Probe(SubnodeContainer container, CancellationToken cancellation) => probe.Fault(container, cancellation);

    public async Task RemoveLeftovers(IReadOnlySet<ChainName> wanted, CancellationToken cancellation)
    {
        if (limits.Abilities.Can(Limit.Disk))
        {
            var stays = wanted.Select(place.NameOf).Concat((await engine.Volumes.List(place.Labels, cancellation)).Select(v => v.Name)).ToHashSet();
            foreach (var volume in limits.Volumes.All().Except(stays))
            {
                await limits.Volumes.Remove(volume);
            }
        }

        if (limits.Abilities.Can(Limit.NetworkIn))
        {
            await limits.Traffic.RemoveLeftovers();
        }
    }

    public async IAsyncEnumerable<ChainName> Disturbances([EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var e in engine.Events(place.Labels, null, cancellation))
        {
            if (Disturbing.Contains(e.Action) && e.Attributes.TryGetValue(Label.Chain, out var chain))
            {
                yield return new ChainName(chain);
            }
        }
    }

    public void Dispose()
    {
        probe.Dispose();
        engine.Dispose();
    }

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
