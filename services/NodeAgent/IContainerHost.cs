using System.Collections.Immutable;
using Skale.Contracts;
using Skale.Docker;
using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent;

/// <summary>The machine as its engine describes it.</summary>
public sealed record HostFacts(Machine Machine, HostAbilities Abilities);

/// <summary>A container as inspected.</summary>
/// <param name="Restarts">How often the engine itself started it again.</param>
/// <param name="Breach">How it is less isolated than this agent makes containers; null when it is not.</param>
/// <param name="EngineStarts">The engine would start it by itself, as containers of earlier agents.</param>
public sealed record ContainerFacts(
    string Id, ContainerPhase Phase, int ExitCode, bool OutOfMemory, int Restarts, ImmutableSortedDictionary<Limit, LimitSeen> Limits, string ImageDigest,
    string? Breach = null, bool EngineStarts = false, ImageOrigin? Image = null);

/// <summary>The engine will not or cannot do a step; the message says why and what would help.</summary>
public sealed class StepRefusedException(string reason, Exception? cause = null) : Exception(reason, cause);

/// <summary>
/// What one agent needs of a container engine, seen through the labels of its node. Every call may throw
/// <see cref="DockerUnavailableException"/>: nothing is known then.
/// </summary>
public interface IContainerHost : IDisposable
{
    /// <summary>Chains' data; null where there is none.</summary>
    DataKeeper? Data => null;

    Task<HostFacts> Describe(CancellationToken cancellation);

    /// <summary>Everything labelled with this node, by chain.</summary>
    /// <param name="chain">Only this chain's; null for all.</param>
    Task<ImmutableDictionary<ChainName, ChainSeen>> Observe(ChainName? chain, CancellationToken cancellation);

    /// <summary>Carries out one step. A step that is done already is a success.</summary>
    /// <returns>What the engine calls the thing that was made; null when nothing was.</returns>
    /// <exception cref="StepRefusedException">It cannot be done now.</exception>
    Task<string?> Do(Step step, CancellationToken cancellation);

    /// <summary>Null when there is no such container.</summary>
    Task<ContainerFacts?> Inspect(string container, CancellationToken cancellation);

    /// <summary>Asks a chain who it is.</summary>
    /// <returns>Null when it answers with its own chain id, else what it did instead.</returns>
    Task<string?> Probe(SubnodeContainer container, CancellationToken cancellation);

    /// <summary>What the containers that run have used, where this machine's kernel can be asked.</summary>
    ImmutableDictionary<Counted, ChainUsage> Usage();

    /// <summary>Removes what earlier work left on the machine and the engine does not know: files of volumes, loop devices, traffic rules. Only this node's.</summary>
    /// <param name="wanted">Chains whose data stays whatever the engine knows.</param>
    Task RemoveLeftovers(IReadOnlySet<ChainName> wanted, CancellationToken cancellation);

    /// <summary>Chains to which something happened, for as long as the engine can be listened to.</summary>
    IAsyncEnumerable<ChainName> Disturbances(CancellationToken cancellation);
}
