namespace Skale.Contracts;

/// <summary>ConstantUpdated: one of the contract's settings has another value.</summary>
/// <param name="ConstantHash">keccak256 of the constant's name.</param>
/// <param name="Name">Such as <c>RotationDelay</c>; null when no known name has this hash.</param>
/// <param name="PreviousValue">Decimal, up to 256 bits, in the constant's own unit (seconds, wei, a percentage).</param>
/// <param name="NewValue">As PreviousValue.</param>
public sealed record ConstantChanged(FactOrigin Origin, string ConstantHash, string? Name, string PreviousValue, string NewValue) : IFact;

/// <summary>IPRangeAdded: addresses that nodes let in for synchronisation.</summary>
public sealed record IpRangeAdded(FactOrigin Origin, string Name, string FirstIp, string LastIp) : IFact;

/// <summary>IPRangeRemoved.</summary>
public sealed record IpRangeRemoved(FactOrigin Origin, string Name) : IFact;

/// <summary>ContractUpgraded: the registry has a contract at another address, or for the first time.</summary>
/// <param name="Contract">Its name in the registry.</param>
public sealed record ContractUpgraded(FactOrigin Origin, string Contract, string Address) : IFact;

/// <summary>VersionUpdated: SKALE Manager calls itself another release.</summary>
public sealed record ManagerVersionChanged(FactOrigin Origin, string OldVersion, string NewVersion) : IFact;

/// <summary>BountyReceived (BountyGot before 1.8.0): a node was paid for its service.</summary>
/// <param name="AverageDowntime">Decimal, as the contract says it; 0 since monitoring ended.</param>
/// <param name="AverageLatency">Decimal, as the contract says it; 0 since monitoring ended.</param>
/// <param name="Bounty">Decimal, in wei of SKL.</param>
public sealed record BountyReceived(FactOrigin Origin, NodeId Node, string Owner, string AverageDowntime, string AverageLatency, string Bounty) : IFact;
