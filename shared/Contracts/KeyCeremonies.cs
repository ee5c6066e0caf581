namespace Skale.Contracts;

/// <summary>ChannelOpened that replaces nobody: the members of a chain begin to make its keys. A rotation begins a ceremony too and is told by <see cref="ChainRotated"/>.</summary>
/// <param name="Chain">Null when the chain was bought before the first scanned block.</param>
public sealed record KeyCeremonyStarted(FactOrigin Origin, ChainName? Chain, string ChainHash) : IFact;

/// <summary>BroadcastAndKeyShare: a member did the first part of the ceremony.</summary>
/// <param name="Chain">Null when the chain was bought before the first scanned block.</param>
public sealed record KeyShareBroadcast(FactOrigin Origin, ChainName? Chain, string ChainHash, NodeId Node) : IFact;

/// <summary>AllDataReceived: a member has what it needs of all others.</summary>
/// <param name="Chain">Null when the chain was bought before the first scanned block.</param>
public sealed record KeyDataReceived(FactOrigin Origin, ChainName? Chain, string ChainHash, NodeId Node) : IFact;

/// <summary>SuccessfulDKG: the chain has its keys and can be used.</summary>
/// <param name="Chain">Null when the chain was bought before the first scanned block.</param>
public sealed record KeyCeremonyCompleted(FactOrigin Origin, ChainName? Chain, string ChainHash) : IFact;

/// <summary>FailedDKG with the BadGuy and NewGuy of the same transaction, which carry no chain themselves.</summary>
/// <param name="Chain">Null when the chain was bought before the first scanned block.</param>
/// <param name="BadNode">The member at fault; null when the transaction names none.</param>
/// <param name="NewNode">Who takes its place; null when the ceremony is stuck.</param>
/// <param name="Stuck">No spare node was found: the group is unchanged, the bad member still in it, and the ceremony rests until somebody restarts it.</param>
public sealed record KeyCeremonyFailed(FactOrigin Origin, ChainName? Chain, string ChainHash, NodeId? BadNode, NodeId? NewNode, bool Stuck) : IFact;

/// <summary>ComplaintSent: a member says that another did not do its part.</summary>
/// <param name="Chain">Null when the chain was bought before the first scanned block.</param>
/// <param name="From">Who complains.</param>
/// <param name="About">The member complained about.</param>
public sealed record KeyComplaintSent(FactOrigin Origin, ChainName? Chain, string ChainHash, NodeId From, NodeId About) : IFact;

/// <summary>ComplaintError: a complaint was useless. Its transaction succeeded all the same, and no log of it names the chain.</summary>
public sealed record KeyComplaintRejected(FactOrigin Origin, string Reason) : IFact;
