using System.Collections.Immutable;
using System.Diagnostics;
using Skale.Contracts;

namespace Skale.NodeAgent.Domain;

/// <summary>Whether a container's process lives, as the engine says.</summary>
public enum ContainerPhase
{
    /// <summary>Never started.</summary>
    Created,

    /// <summary>Ended; can be started again.</summary>
    Stopped,

    Running,

    /// <summary>Ended by itself; the engine starts it again.</summary>
    Restarting,

    /// <summary>Frozen by hand.</summary>
    Paused,

    /// <summary>Being removed, or what a failed removal left.</summary>
    Dead,
}

/// <summary>A container with this node's label.</summary>
/// <param name="Limits">As inspected; null when it was not inspected since it was made or changed.</param>
/// <param name="ImageDigest">As inspected.</param>
/// <param name="Breach">How it is less isolated than this agent makes containers, as inspected; null when it is not.</param>
/// <param name="EngineStarts">The engine would start it by itself, before its firewall is there, as inspected.</param>
/// <param name="Rank">Place in the order of starts: 0 is the main container.</param>
public sealed record ContainerSeen(
    string Id, string Name, string SpecHash, ContainerPhase Phase, ImmutableSortedDictionary<Limit, LimitSeen>? Limits = null, string? ImageDigest = null,
    string? Breach = null, bool EngineStarts = false, ImageOrigin? Image = null, int Rank = 0);

/// <summary>A network or volume with this node's label. A volume's id is its name.</summary>
public sealed record PartSeen(string Id, string Name);

/// <summary>What the engine holds for one chain of this node.</summary>
public sealed record ChainSeen(ImmutableArray<ContainerSeen> Containers, ImmutableArray<PartSeen> Networks, ImmutableArray<PartSeen> Volumes)
{
    public static ChainSeen Nothing { get; } = new([], [], []);

    public bool IsNothing => Containers.IsEmpty && Networks.IsEmpty && Volumes.IsEmpty;

    /// <summary>What is there after a step was carried out.</summary>
    /// <param name="id">What the engine called the thing that was made; null when nothing was.</param>
    public ChainSeen After(Step step, string? id) => step switch
    {
        Step.CreateNetwork s => this with { Networks = Networks.Add(new PartSeen(id!, s.Name)) },
        Step.CreateVolume s => this with { Volumes = Volumes.Add(new PartSeen(s.Name, s.Name)) },
        Step.CreateContainer s => this with { Containers = Containers.Add(new ContainerSeen(id!, s.Container.Name, s.Container.SpecHash, ContainerPhase.Created, Rank: s.Container.Rank)) },
        Step.StartContainer s => this with { Containers = [.. Containers.Select(c => c.Name == s.Container.Name ? c with { Phase = ContainerPhase.Running } : c)] },
        Step.SetLimits s => this with { Containers = [.. Containers.Select(c => c.Id == s.Id ? c with { Limits = null, EngineStarts = false } : c)] },
        Step.RemoveContainer s => this with { Containers = Containers.RemoveAll(c => c.Id == s.Id) },
        Step.RemoveNetwork s => this with { Networks = Networks.RemoveAll(n => n.Id == s.Id) },
        Step.RemoveVolume s => this with { Volumes = Volumes.RemoveAll(v => v.Id == s.Name) },
        _ => throw new UnreachableException(step.GetType().Name),
    };
}
