namespace Skale.Contracts;

/// <summary>Why a chain got a new member.</summary>
public enum RotationReason
{
    /// <summary>A node leaves the network: one of its chains goes to another node.</summary>
    NodeExit,

    /// <summary>A member did not do its part in the key ceremony and was put out.</summary>
    FailedKeyCeremony,

    /// <summary>A key ceremony that was stuck for want of a spare node goes on with one.</summary>
    RestartedCreation,
}

/// <summary>
/// One member of a chain was replaced, and a new key ceremony is open from this moment. The contract emits no event of its own for it: the fact is tied to
/// the ChannelOpened that came of it, and what that log does not say was read from the contract at this very block.
/// </summary>
/// <param name="Chain">Null when the chain was bought before the first scanned block.</param>
/// <param name="OldNode">Null when unknown: the contract keeps the last rotation of a block only, and not every contract can be asked.</param>
/// <param name="NewNode">Null when unknown, as above.</param>
/// <param name="Counter">How often the chain was rotated, this time included: the key that tells a repeat. Null when unknown.</param>
/// <param name="FrozenUntil">No other node may leave the chain before; null when the chain was never frozen, or when Counter is unknown.</param>
/// <param name="Group">The members at the end of the block, in order; null when unknown, or when the block rotates the chain again.</param>
/// <param name="Holes">Indices in Group where nobody is (what stands there is no member); null when Group is.</param>
public sealed record ChainRotated(
    FactOrigin Origin, ChainName? Chain, string ChainHash, RotationReason Reason, NodeId? OldNode, NodeId? NewNode, long? Counter, DateTimeOffset? FrozenUntil,
    IReadOnlyList<NodeId>? Group, IReadOnlyList<int>? Holes) : IFact;

/// <summary>RotationDelaySkipped: the chain may be rotated again at once.</summary>
/// <param name="Chain">Null when the chain was bought before the first scanned block.</param>
public sealed record RotationDelaySkipped(FactOrigin Origin, ChainName? Chain, string ChainHash) : IFact;
