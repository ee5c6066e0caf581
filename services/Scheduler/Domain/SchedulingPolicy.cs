using Skale.Contracts;

namespace Skale.Scheduler.Domain;

/// <summary>The operator's choices that decisions depend on; recorded at every start, so that a replay decides alike.</summary>
/// <param name="Strategy">Placement strategy for chains whose group the contract does not name.</param>
/// <param name="Image">What a subnode runs.</param>
/// <param name="ShareForChains">Part of a machine that its 128 slices divide, above 0 to 1; the rest is the node's own.</param>
/// <param name="Patience">How long a chain waits for nodes before it is refused.</param>
public sealed record SchedulingPolicy(string Strategy, string Image, double ShareForChains, TimeSpan Patience)
{
    public static SchedulingPolicy Default { get; } = new(UniformPlacement.StrategyName, "skale-evm:1.7.1", 0.8, TimeSpan.FromMinutes(10));

    private const int PidsPerChain = 64;
    private const int PidsPerSlice = 8;

    /// <summary>
    /// The hard limits of so many slices of a machine. A chain of 0 slices takes nothing from the books (skale-facts 1.5) but needs room to
    /// run: it gets the limits of one slice.
    /// </summary>
    public SliceLimits LimitsOf(Machine machine, int slices)
    {
        var counted = Math.Max(1, slices);
        var part = ShareForChains * counted / Node.TotalSlices;
        return new SliceLimits((long)(machine.Cpus * 1e9 * part), (long)(machine.MemoryBytes * part), PidsPerChain + (PidsPerSlice * counted));
    }
}
