using Skale.Contracts;

namespace Skale.Scheduler.Domain;

/// <summary>Between which bounds the time to a chain's next rotation is drawn; on a fixed schedule when they are equal.</summary>
public sealed record RotationInterval(TimeSpan Shortest, TimeSpan Longest);

/// <summary>When members of chains are replaced.</summary>
/// <param name="MemberPatience">How long a member may be without an answer.</param>
/// <param name="DrainPatience">How long a leaving or incompliant node should at most need to hand over its chains; after it somebody is told.</param>
/// <param name="Rotation">How often chains are rotated without need; null for never.</param>
public sealed record ReplacementPolicy(TimeSpan MemberPatience, TimeSpan DrainPatience, RotationInterval? Rotation)
{
    public static ReplacementPolicy Default { get; } = new(TimeSpan.FromMinutes(5), TimeSpan.FromHours(12), null);
}

/// <summary>The operator's choices that decisions depend on; recorded at every start, so that a replay decides alike.</summary>
/// <param name="Strategy">Placement strategy for chains whose group the contract does not name.</param>
/// <param name="Image">What a subnode runs.</param>
/// <param name="ShareForChains">Part of a machine that its 128 slices divide, above 0 to 1; the rest is the node's own.</param>
/// <param name="Patience">How long a chain waits for nodes before it is refused.</param>
/// <param name="Capacity">How a machine is divided; null in old logs: <see cref="CapacityPolicy.Default"/>.</param>
/// <param name="Tenancy">Who may have how much, and what can be asked for; null in old logs: <see cref="TenancyPolicy.Open"/>.</param>
public sealed record SchedulingPolicy(
    string Strategy, string Image, double ShareForChains, TimeSpan Patience, CapacityPolicy? Capacity = null, TenancyPolicy? Tenancy = null)
{
    public static SchedulingPolicy Default { get; } = new(UniformPlacement.StrategyName, "skale-evm:1.7.1", 0.8, TimeSpan.FromMinutes(10)) { Replacement = ReplacementPolicy.Default };

    /// <summary>Null in logs of before members were replaced: none is, so that they are decided again as they were.</summary>
    public ReplacementPolicy? Replacement { get; init; }

    /// <summary>As recorded, or as it was before there was any.</summary>
    public TenancyPolicy Tenants => Tenancy ?? TenancyPolicy.Open;

    /// <inheritdoc cref="Scheduler.Domain.Capacity.LimitsOf"/>
    public SliceLimits LimitsOf(Machine machine, int slices) => Scheduler.Domain.Capacity.LimitsOf(this, machine, slices);
}
