using System.Collections.Immutable;

namespace Skale.SkaleManager;

/// <summary>NodeStatus, in the contract's order.</summary>
public enum NodeStanding
{
    Active,
    Leaving,
    Left,
    InMaintenance,
}

/// <summary>Why a member is replaced; the contract treats the two differently.</summary>
public enum ReplacementCause
{
    /// <summary>Its node leaves the network: it may serve the chain again some day.</summary>
    Exit,

    /// <summary>It failed the key ceremony: it is never drawn for this chain again.</summary>
    FailedKeyCeremony,

    /// <summary>Somebody else than the contract, who chose the group, moves the chain: the old member may serve it again. The contract itself never does this.</summary>
    Rotation,
}

/// <summary>What the contract knows of a node.</summary>
/// <param name="FreeUnits">Of the units per node; 0 when it has left.</param>
public readonly record struct NodeAccount(int FreeUnits, NodeStanding Standing, bool Compliant)
{
    /// <summary>Whether it is in selection, when no selection hides it for the moment.</summary>
    public bool MayBeVisible => Standing == NodeStanding.Active && Compliant;
}

/// <summary>What the contract knows of a chain.</summary>
/// <param name="Units">Taken from each member; 0 is legal.</param>
/// <param name="Group">Members in order.</param>
/// <param name="Slots">The place on each member's node, from 0; as many as members.</param>
/// <param name="Exceptions">Nodes that cannot be drawn for it, in storage order: the members and those that failed it.</param>
public sealed record ChainAccount(string Hash, int Units, ImmutableArray<int> Group, ImmutableArray<int> Slots, ImmutableArray<int> Exceptions);

/// <summary>One draw.</summary>
/// <param name="FreeUnits">Which list it was drawn from: the nodes with so many free units.</param>
/// <param name="Index">Its place in that list.</param>
public readonly record struct Pick(int Node, int FreeUnits, int Index);

/// <summary>What was chosen and how.</summary>
/// <param name="Seed">0x and 64 hex digits.</param>
/// <param name="Candidates">Nodes that could have been drawn at first.</param>
/// <param name="Picks">In order of drawing.</param>
public sealed record Selection(string Seed, int Candidates, ImmutableArray<Pick> Picks)
{
    public IEnumerable<int> Nodes => Picks.Select(p => p.Node);
}

/// <summary>The contract would refuse this, or it cannot be: the message says what, where and why. Nothing has changed.</summary>
public sealed class PlacementException(string message) : InvalidOperationException(message);
