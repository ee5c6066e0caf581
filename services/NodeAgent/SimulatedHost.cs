using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Skale.Contracts;
using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent;

/// <summary>A rehearsal: everything is remembered, nothing is run. The machine is this one, and says that it is simulated.</summary>
public sealed class SimulatedHost : IContainerHost
{
    private readonly ConcurrentDictionary<ChainName, ChainSeen> chains = [];
    private readonly ConcurrentDictionary<string, SubnodeContainer> containers = [];
    private readonly Lock gate = new();

    public Task<HostFacts> Describe(CancellationToken cancellation) => Task.FromResult(new HostFacts(
        new Machine(
            Environment.MachineName, Environment.ProcessorCount, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, new DriveInfo("/").TotalSize,
            "simulated", "simulated", Environment.OSVersion.VersionString, Simulated: true),
        HostAbilities.All));

    public Task<ImmutableDictionary<ChainName, ChainSeen>> Observe(ChainName? chain, CancellationToken cancellation) =>
        Task.FromResult(chains.Where(c => chain is null || c.Key == chain).ToImmutableDictionary());

    public Task<string?> Do(Step step, CancellationToken cancellation)
    {
        lock (gate)
        {
            var id = step switch
            {
                Step.CreateNetwork s => s.Name,
                Step.CreateContainer s => Make(s.Container),
                Step.SetLimits s => Make(s.Container),
                _ => null,
            };
            foreach (var chain in ChainsOf(step))
            {
                var after = chains.GetValueOrDefault(chain, ChainSeen.Nothing).After(step, id);
                if (after.IsNothing)
                {
                    chains.TryRemove(chain, out _);
                }
                else
                {
                    chains[chain] = after;
                }
            }

            return Task.FromResult(id);
        }
    }

    public Task<ContainerFacts?> Inspect(string container, CancellationToken cancellation)
    {
        var known = containers.Values.FirstOrDefault(c => c.Name == container);
        return Task.FromResult(known is null
            ? null
            : new ContainerFacts("simulated", PhaseOf(known), 0, false, 0, known.Asked.ToImmutableSortedDictionary(a => a.Key, a => new LimitSeen(a.Value, "simulated")), "simulated"));
    }

    public Task<string?> Probe(SubnodeContainer container, CancellationToken cancellation) =>
        Task.FromResult(PhaseOf(container) == ContainerPhase.Running ? null : "is not started");

    public ImmutableDictionary<Counted, ChainUsage> Usage() => ImmutableDictionary<Counted, ChainUsage>.Empty;

    public Task RemoveLeftovers(IReadOnlySet<ChainName> wanted, CancellationToken cancellation) => Task.CompletedTask;

    public async IAsyncEnumerable<ChainName> Disturbances([EnumeratorCancellation] CancellationToken cancellation)
    {
        var never = new TaskCompletionSource();
        await never.Task.WaitAsync(cancellation);
        yield break;
    }

    public void Dispose()
    {
    }

    private string Make(SubnodeContainer container)
    {
        containers[container.Name] = container;
        return container.Name;
    }

    private ContainerPhase PhaseOf(SubnodeContainer container) =>
        chains.GetValueOrDefault(container.Subnode.Chain, ChainSeen.Nothing).Containers.FirstOrDefault(c => c.Name == container.Name)?.Phase ?? ContainerPhase.Dead;

    private IEnumerable<ChainName> ChainsOf(Step step) => step switch
    {
        Step.CreateNetwork s => [s.Chain],
        Step.CreateVolume s => [s.Chain],
        Step.CreateContainer s => [s.Container.Subnode.Chain],
        _ => [.. chains.Keys],
    };
}
