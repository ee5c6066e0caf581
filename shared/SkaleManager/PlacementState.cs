using Skale.Contracts;

namespace Skale.SkaleManager;

/// <summary>All that the books hold, as a value: to keep, to compare, or to begin with where a contract was read and not followed from its first block.</summary>
/// <param name="Visible">By free units, in the contract's order; only those that are not empty.</param>
/// <param name="Places">Of each node.</param>
/// <param name="Chains">By rising hash.</param>
public sealed record PlacementState(
    int UnitsPerNode, IReadOnlyList<NodeAccount> Nodes, IReadOnlyDictionary<int, IReadOnlyList<int>> Visible, IReadOnlyList<NodePlaces> Places, IReadOnlyList<ChainAccount> Chains);

/// <summary>A node's places.</summary>
/// <param name="Chains">Hash of the chain by place from 0; null is a hole.</param>
/// <param name="Holes">Free places in the contract's order.</param>
public sealed record NodePlaces(IReadOnlyList<string?> Chains, IReadOnlyList<int> Holes);

/// <summary>All that <see cref="FactBooks"/> hold, as a value.</summary>
/// <param name="Stuck">Chains whose key ceremony is stuck, by hash: who failed it.</param>
/// <param name="Owed">A failed ceremony whose rotation is still to be told in its transaction.</param>
/// <param name="TellsReplacements">Whether facts of this contract tell of replacements.</param>
/// <param name="Doubt">Why the books cannot be relied on; null when they can.</param>
public sealed record FactBooksState(
    PlacementState Books, IReadOnlyDictionary<string, NodeId> Stuck, KeyCeremonyFailed? Owed, bool TellsReplacements, string? Doubt);
