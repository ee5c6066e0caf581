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
        var chains = desired.Subnodes.Keys.Concat(desired.Removals.Keys).Concat(seen.Keys).Distinct();
        return
        [
            .. from chain in chains
               let plan = PlanOf(chain, desired, seen.GetValueOrDefault(chain, ChainSeen.Nothing), abilities, place)
               where plan is not null && !(trials.TryGetValue(chain, out var trial) && trial.Holds(plan, now))
               select plan,
        ];
    }

    /// <summary>One chain's plan, whatever failed before; null when nothing is known of what it is to be.</summary>
    public static ChainPlan? PlanOf(ChainName chain, Desired desired, ChainSeen seen, HostAbilities abilities, Place place)
    {
        if (desired.Subnodes.TryGetValue(chain, out var subnode))
        {
            var container = SubnodeContainer.Of(place, subnode);
            return new ChainPlan(chain, new Goal.Run(container), ToRun(container, seen, abilities));
        }

        return desired.Removals.TryGetValue(chain, out var generation) ? new ChainPlan(chain, new Goal.Remove(generation), ToRemove(seen, withData: true))
            : desired.Confirmed ? new ChainPlan(chain, new Goal.Leave(), ToRemove(seen, withData: false)) : null;
    }

    private static ImmutableArray<ImmutableArray<Step>> ToRun(SubnodeContainer main, ChainSeen seen, HostAbilities abilities)
    {
        var chain = main.Subnode.Chain;
        var network = seen.Networks.FirstOrDefault(n => n.Name == main.SetName);
        var set = main.Set.Select(w => (Wanted: w, Usable: Usable(w, seen, network is not null))).ToArray();
        var missing = set.Where(c => c.Usable is null).Select(c => c.Wanted).ToArray();
        var drifted = set.Where(c => c.Usable is { } there
            && (there.Limits is { } limits ? there.EngineStarts || !abilities.Hold(c.Wanted.Asked, limits) : missing.Length > 0 && !IsToStart(there))).ToArray();
        return Stages([
            .. ToEnd(seen.Containers.Except(set.Select(c => c.Usable!)), gracefully: true),
            [.. seen.Networks.Where(n => n != network).Select(n => new Step.RemoveNetwork(n.Id))],
            [
                .. network is null && missing.Length > 0 ? [new Step.CreateNetwork(chain, main.SetName, main.Subnode.Slot)] : Array.Empty<Step>(),
                .. VolumesOf(main, abilities).Where(v => seen.Volumes.All(s => s.Name != v.Name)),
            ],
            // What runs gives back before others get it, even when nobody knows what it has, and the main container is the first to fill the volumes.
            SetLimits(drifted.Where(c => !IsToStart(c.Usable))),
            [.. missing.Where(w => w.Sidecar is null).Select(w => new Step.CreateContainer(w))],
            [.. missing.Where(w => w.Sidecar is not null).Select(w => new Step.CreateContainer(w))],
            .. set.Where(c => IsToStart(c.Usable)).Select(c => (ImmutableArray<Step>)[new Step.StartContainer(c.Wanted)]),
            SetLimits(drifted.Where(c => IsToStart(c.Usable))),
        ]);
    }

    private static ContainerSeen? Usable(SubnodeContainer wanted, ChainSeen seen, bool hasNetwork) => seen.Containers
        .Where(c => c.Name == wanted.Name && c.SpecHash == wanted.SpecHash && c.Phase != ContainerPhase.Dead && c.Breach is null)
        .FirstOrDefault(c => hasNetwork || !IsToStart(c));

    private static bool IsToStart(ContainerSeen? container) => container is null or { Phase: ContainerPhase.Created or ContainerPhase.Stopped };

    private static ImmutableArray<Step> SetLimits(IEnumerable<(SubnodeContainer Wanted, ContainerSeen? Usable)> drifted) => [.. drifted.Select(c => new Step.SetLimits(c.Usable!.Id, c.Wanted))];

    private static IEnumerable<Step.CreateVolume> VolumesOf(SubnodeContainer main, HostAbilities abilities) =>
        from size in abilities.Enforceable(main.Asked).TryGetValue(Limit.Disk, out var disk)
            ? DataVolume.Sizes(main.Volumes, disk).Select(s => (s.Volume, Bytes: (long?)s.Bytes))
            : main.Volumes.Select(v => (Volume: v, Bytes: (long?)null))
        select new Step.CreateVolume(main.Subnode.Chain, size.Volume.Name, size.Bytes, ForAll: size.Volume.Part is not null);

    /// <summary>In the reverse order of their starts.</summary>
    private static IEnumerable<ImmutableArray<Step>> ToEnd(IEnumerable<ContainerSeen> containers, bool gracefully) =>
        containers.GroupBy(c => c.Rank).OrderByDescending(g => g.Key).Select(g => (ImmutableArray<Step>)[.. g.Select(c => new Step.RemoveContainer(c.Id, gracefully))]);

    private static ImmutableArray<ImmutableArray<Step>> ToRemove(ChainSeen seen, bool withData) => Stages([
        .. ToEnd(seen.Containers, gracefully: !withData),
        [.. seen.Networks.Select(n => new Step.RemoveNetwork(n.Id))],
        withData ? [.. seen.Volumes.Select(v => new Step.RemoveVolume(v.Name))] : [],
    ]);

    private static ImmutableArray<ImmutableArray<Step>> Stages(IReadOnlyList<ImmutableArray<Step>> stages)
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
