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
