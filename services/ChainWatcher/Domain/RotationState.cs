using System.Collections.Immutable;
using Skale.Contracts;

namespace Skale.ChainWatcher.Domain;

/// <summary>What the contract says of a chain's last rotation at the end of a block: read when the block holds one, as no event tells it (skale-facts 1.3, trap 1).</summary>
/// <param name="OldNode">Null when only the group is known.</param>
/// <param name="NewNode">Null when only the group is known.</param>
/// <param name="Counter">Rotations so far; 0 when the chain has none, or is gone by the end of the block. Null when only the group is known.</param>
/// <param name="FrozenUntil">Null when never frozen.</param>
/// <param name="Group">Null when the contract cannot be asked for it.</param>
/// <param name="Holes">Indices in the group that nobody holds.</param>
public sealed record RotationState(
    string ChainHash, NodeId? OldNode, NodeId? NewNode, DateTimeOffset? FrozenUntil, long? Counter, ImmutableArray<NodeId>? Group, ImmutableArray<int> Holes);
