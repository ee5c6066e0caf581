using Skale.Contracts;

namespace Skale.Scheduler.Domain;

/// <summary>What a fact has changed, kept so that it can be undone when the fact is retracted.</summary>
/// <param name="Fact">The fact's number.</param>
public abstract record FactEffect(long Fact);

/// <summary>A node was registered or something about it changed.</summary>
/// <param name="Before">As it was before the fact.</param>
public sealed record NodeEffect(long Fact, NodeId Node, NodeFlags Before) : FactEffect(Fact);

/// <summary>A chain was bought.</summary>
public sealed record PurchaseEffect(long Fact, ChainName Chain) : FactEffect(Fact);

/// <summary>A chain was deleted.</summary>
public sealed record DeletionEffect(long Fact, ChainName Chain) : FactEffect(Fact);

/// <summary>The contract named another group for a chain.</summary>
/// <param name="Before">As it was named before.</param>
/// <param name="CounterBefore">The contract's count of rotations before.</param>
public sealed record RotationEffect(long Fact, ChainName Chain, IReadOnlyList<Seat>? Before, long? CounterBefore) : FactEffect(Fact);
