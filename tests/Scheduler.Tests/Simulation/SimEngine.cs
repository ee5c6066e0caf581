using System.Collections.Immutable;
using Skale.Contracts;
using Skale.NodeAgent.Domain;

namespace Skale.Scheduler.Tests.Simulation;

/// <summary>The containers of one machine. They outlive the agent.</summary>
internal sealed class SimEngine
{
    private readonly Dictionary<string, SubnodeContainer> made = [];
    private int ids;

    public Dictionary<ChainName, ChainSeen> Chains { get; } = [];

    /// <summary>What runs, its main container at least, with the order whose limits are in force.</summary>
    public IEnumerable<Subnode> Running => RunningContainers.Where(c => c.Sidecar is null).Select(c => c.Subnode);

    /// <summary>Names of all that run.</summary>
    public IEnumerable<string> Containers => RunningContainers.Select(c => c.Name);

    private IEnumerable<SubnodeContainer> RunningContainers =>
        Chains.OrderBy(c => c.Key).SelectMany(c => c.Value.Containers).Where(c => c.Phase == ContainerPhase.Running).Select(c => made[c.Name]);

    public void Do(ChainName chain, Step step)
    {
        if (step is Step.CreateContainer { Container: var created })
        {
            made[created.Name] = created;
        }

        var after = Chains.GetValueOrDefault(chain, ChainSeen.Nothing).After(step, $"id{++ids}");
        if (step is Step.SetLimits { Container: var changed })
        {
            made[changed.Name] = changed;
        }

        after = after with { Containers = [.. after.Containers.Select(c => c with { Limits = made[c.Name].Asked.ToImmutableSortedDictionary(a => a.Key, a => new LimitSeen(a.Value, "simulated")) })] };
        _ = after.IsNothing ? Chains.Remove(chain) : (Chains[chain] = after) is not null;
    }

    public string IdOf(ChainName chain) => Chains[chain].Containers.Single(c => c.Rank == 0).Id;

    /// <summary>The machine has started again: nothing runs, everything is there.</summary>
    public void PowerCut()
    {
        foreach (var (chain, seen) in Chains.ToArray())
        {
            Chains[chain] = seen with { Containers = [.. seen.Containers.Select(c => c with { Phase = c.Phase == ContainerPhase.Running ? ContainerPhase.Stopped : c.Phase })] };
        }
    }
}
