using System.Collections.Immutable;
using Skale.Contracts;

namespace Skale.NodeAgent.Domain;

/// <summary>Compares what is to be with what the engine holds and says what to do; somebody else does it.</summary>
public static class Reconcile
{
    /// <summary>One plan for every chain that is wanted, to be removed, or there. What is not labelled as this node's is not in <paramref name="seen"/> and never touched.</summary>
    /// <param name="seen">What carries this node's label, by chain.</param>
    /// <param name="trials">Chains whose last attempt failed: they are left alone until their time comes.</param>
    public static IReadOnlyList<ChainPlan> Plan(
        Desired desired, IReadOnlyDictionary<ChainName, ChainSeen> seen, HostAbilities abilities, Place place,
        IReadOnlyDictionary<ChainName, Trial> trials, DateTimeOffset now)
    {
        var plans = new List<ChainPlan>();
        foreach (var subnode in desired.Subnodes.Values)
        {
            var container = SubnodeContainer.Of(place, subnode);
            plans.Add(new ChainPlan(subnode.Chain, new Goal.Run(container), ToRun(container, seen.GetValueOrDefault(subnode.Chain, ChainSeen.Nothing), abilities)));
        }

        foreach (var (chain, generation) in desired.Removals)
        {
            plans.Add(new ChainPlan(chain, new Goal.Remove(generation), ToRemove(seen.GetValueOrDefault(chain, ChainSeen.Nothing), withData: true)));
        }

        foreach (var (chain, there) in seen)
        {
            if (desired.Confirmed && !desired.Subnodes.ContainsKey(chain) && !desired.Removals.ContainsKey(chain))
            {
                plans.Add(new ChainPlan(chain, new Goal.Leave(), ToRemove(there, withData: false)));
            }
        }

        return [.. plans.Where(p => !(trials.TryGetValue(p.Chain, out var trial) && trial.Holds(p.Goal, now)))];
    }

    private static ImmutableArray<ImmutableArray<Step>> ToRun(SubnodeContainer wanted, ChainSeen seen, HostAbilities abilities)
    {
        var network = seen.Networks.FirstOrDefault(n => n.Name == wanted.Name);
        var usable = seen.Containers
            .Where(c => c.Name == wanted.Name && c.SpecHash == wanted.SpecHash && c.Phase != ContainerPhase.Dead && c.Breach is null)
            .FirstOrDefault(c => network is not null || c.Phase is not (ContainerPhase.Created or ContainerPhase.Stopped));
        var chain = wanted.Subnode.Chain;
        return Stages(
            [.. seen.Containers.Where(c => c != usable).Select(c => new Step.RemoveContainer(c.Id, Gracefully: true))],
            [.. seen.Networks.Where(n => n != network).Select(n => new Step.RemoveNetwork(n.Id))],
            [
                .. network is null && usable is null ? [new Step.CreateNetwork(chain, wanted.Name, wanted.Subnode.Slot)] : Array.Empty<Step>(),
                .. seen.Volumes.All(v => v.Name != wanted.Name) ? [new Step.CreateVolume(chain, wanted.Name, DiskOf(wanted, abilities))] : Array.Empty<Step>(),
            ],
            usable is null ? [new Step.CreateContainer(wanted)] : [],
            usable is null or { Phase: ContainerPhase.Created or ContainerPhase.Stopped } ? [new Step.StartContainer(wanted)] : [],
            usable?.Limits is { } limits && !abilities.Hold(wanted.Asked, limits) ? [new Step.SetLimits(usable.Id, wanted)] : []);
    }

    private static long? DiskOf(SubnodeContainer wanted, HostAbilities abilities) =>
        abilities.Enforceable(wanted.Asked).TryGetValue(Limit.Disk, out var bytes) ? bytes : null;

    private static ImmutableArray<ImmutableArray<Step>> ToRemove(ChainSeen seen, bool withData) => Stages(
        [.. seen.Containers.Select(c => new Step.RemoveContainer(c.Id, Gracefully: !withData))],
        [.. seen.Networks.Select(n => new Step.RemoveNetwork(n.Id))],
        withData ? [.. seen.Volumes.Select(v => new Step.RemoveVolume(v.Name))] : []);

    private static ImmutableArray<ImmutableArray<Step>> Stages(params ReadOnlySpan<ImmutableArray<Step>> stages)
    {
        var filled = ImmutableArray.CreateBuilder<ImmutableArray<Step>>();
        foreach (var stage in stages)
        {
            if (!stage.IsEmpty)
            {
                filled.Add(stage);
            }
        }

        return filled.ToImmutable();
    }
}
