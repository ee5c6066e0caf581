using System.Collections.Immutable;
using System.Diagnostics;
using Skale.Contracts;

namespace Skale.NodeAgent.Domain;

/// <summary>One thing to do to the engine.</summary>
public abstract record Step
{
    private Step()
    {
    }

    /// <summary>For an operator's log.</summary>
    public string Words => this switch
    {
        CreateNetwork => "create network",
        CreateVolume => "create volume",
        CreateContainer s => $"create {s.Container.Title}",
        StartContainer s => $"start {s.Container.Title}",
        SetLimits { Container.Sidecar: { } sidecar } => $"put limits of sidecar {sidecar.Name} right",
        SetLimits => "put limits right",
        RemoveContainer => "remove container",
        RemoveNetwork => "remove network",
        RemoveVolume => "destroy data",
        _ => throw new UnreachableException(GetType().Name),
    };

    public sealed record CreateNetwork(ChainName Chain, string Name, int Slot) : Step;

    /// <param name="Bytes">Null: as large as the engine's disk.</param>
    /// <param name="ForAll">Every user of every container that has it may write to it, unless the image says otherwise: part of the data.</param>
    public sealed record CreateVolume(ChainName Chain, string Name, long? Bytes, bool ForAll = false) : Step;

    public sealed record CreateContainer(SubnodeContainer Container) : Step;

    /// <summary>With its data volumes and the limits of its network in place before its first process runs.</summary>
    public sealed record StartContainer(SubnodeContainer Container) : Step;

    /// <summary>Puts drifted limits right without restarting the chain.</summary>
    public sealed record SetLimits(string Id, SubnodeContainer Container) : Step;

    /// <summary>Ends and removes a container; its volume stays.</summary>
    /// <param name="Gracefully">It gets the time to save its data first.</param>
    public sealed record RemoveContainer(string Id, bool Gracefully) : Step;

    public sealed record RemoveNetwork(string Id) : Step;

    /// <summary>Destroys data: only ever for a chain whose removal was ordered.</summary>
    public sealed record RemoveVolume(string Name) : Step;
}

/// <summary>Where a chain is to be brought.</summary>
public abstract record Goal
{
    private Goal()
    {
    }

    /// <summary>Running with all sidecars, with these limits, answering.</summary>
    /// <param name="Container">The main one.</param>
    public sealed record Run(SubnodeContainer Container) : Goal;

    /// <summary>Nothing left, data included.</summary>
    public sealed record Remove(long Generation) : Goal;

    /// <summary>Left alone while its operator works on its data.</summary>
    public sealed record Wait : Goal;

    /// <summary>Not running here; its data stays until somebody orders otherwise.</summary>
    public sealed record Leave : Goal;
}

/// <summary>The way of one chain to its goal: stages in order, the steps of a stage at the same time. No stages: it is there.</summary>
public sealed record ChainPlan(ChainName Chain, Goal Goal, ImmutableArray<ImmutableArray<Step>> Stages)
{
    public bool IsDone => Stages.IsEmpty;

    /// <summary>Containers that are to be started.</summary>
    public IEnumerable<SubnodeContainer> Starts => Steps.OfType<Step.StartContainer>().Select(s => s.Container);

    /// <summary>Those of them that are there, and ended: they are started again.</summary>
    public IEnumerable<SubnodeContainer> StartsAgain => Starts.Where(c => !Steps.OfType<Step.CreateContainer>().Any(s => s.Container.Name == c.Name));

    public bool Restarts => StartsAgain.Any();

    public IEnumerable<Step> Steps => Stages.SelectMany(s => s);
}
