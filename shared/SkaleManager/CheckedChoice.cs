using Skale.Contracts;

namespace Skale.SkaleManager;

/// <summary>What the contract chose.</summary>
public enum ChoiceKind
{
    /// <summary>The group of a new chain.</summary>
    Created,

    /// <summary>Who takes a member's place.</summary>
    Replaced,

    /// <summary>That nobody can take the place of a member that failed the key ceremony.</summary>
    Stuck,
}

/// <summary>What came of computing a choice of the contract again.</summary>
public enum Finding
{
    Agrees,
    Differs,

    /// <summary>The books do not tell; <see cref="CheckedChoice.Reason"/> says why.</summary>
    NotComputable,

    /// <summary>Computed, but the fact does not say what the contract chose: a later fact of the block may.</summary>
    Untold,
}

/// <summary>One choice of the contract, computed again from the facts before it.</summary>
/// <param name="Fact">Tells the choice.</param>
public sealed record CheckedChoice(IFact Fact, ChoiceKind Kind, string ChainHash, Finding Finding)
{
    /// <summary>Null when the chain was bought before the first scanned block.</summary>
    public ChainName? Chain { get; init; }

    /// <summary>Null when it agrees, or when the two groups or nodes say it all.</summary>
    public string? Reason { get; init; }

    /// <summary>The member replaced, or at fault.</summary>
    public NodeId? OldNode { get; init; }

    /// <summary>As the contract says; null when it does not.</summary>
    public NodeId? NewNode { get; init; }

    /// <summary>Null when it could not be computed.</summary>
    public NodeId? ComputedNode { get; init; }

    /// <summary>The members afterwards as the contract says; null when it does not.</summary>
    public IReadOnlyList<NodeId>? Group { get; init; }

    /// <summary>The members afterwards as computed; null when they could not be. Without <see cref="Reason"/> it says how two groups differ.</summary>
    public IReadOnlyList<NodeId>? ComputedGroup { get; init; }

    /// <summary>The draws; null when nothing was drawn.</summary>
    public Selection? Selection { get; init; }
}
