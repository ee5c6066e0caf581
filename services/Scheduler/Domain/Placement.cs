using Skale.Contracts;
using Skale.SkaleManager;

namespace Skale.Scheduler.Domain;

/// <summary>Who can be chosen, how many, and what makes the choice random and re-checkable.</summary>
/// <param name="Candidates">Left as they are.</param>
/// <param name="FactNumber">Of the purchase; negative for what is drawn later (<see cref="ChainDraw"/>).</param>
public sealed record PlacementRequest(NodeSet Candidates, int GroupSize, string BlockHash, string ChainHash, long FactNumber)
{
    /// <summary>Who owns a candidate.</summary>
    public Func<NodeId, string> OwnerOf { get; init; } = _ => "";

    /// <summary>All nodes of an owner, be they candidates or not.</summary>
    public Func<string, NodeSet> OwnedBy { get; init; } = _ => [];

    /// <summary>Of each member; the contract's own rules draw by it.</summary>
    public int Slices { get; init; }

    /// <summary>Hash of the block before the chain's: the contract's entropy.</summary>
    public string ParentHash { get; init; } = "";

    /// <summary>The member whose successor is drawn; null at a creation.</summary>
    public NodeId? Replaced { get; init; }

    /// <summary>The contract's books; null when they cannot be relied on.</summary>
    public PlacementBooks? Books { get; init; }

    /// <summary>The nodes that the contract itself would draw from; null to look at all of its books.</summary>
    public NodeSet? Listed { get; init; }
}

/// <summary>A way to choose a group. Each is one small file and has a version that rises when its outcome changes.</summary>
public interface IPlacementStrategy
{
    string Name { get; }

    /// <summary>Whether it draws from <see cref="PlacementRequest.Books"/>: without them a chain waits.</summary>
    bool NeedsContractBooks => false;

    /// <summary>Chooses from at least as many candidates as the group needs.</summary>
    (IReadOnlyList<NodeId> Group, PlacementEvidence Evidence) Choose(PlacementRequest request);
}

/// <summary>The strategies there are.</summary>
public static class Placement
{
    private static readonly IPlacementStrategy[] Strategies = [new UniformPlacement(), new SpreadPlacement(), new SkalePlacement()];

    public static IEnumerable<string> Names => Strategies.Select(s => s.Name);

    /// <summary>Those that a chain without a contract can have: the contract's books know nothing of it.</summary>
    public static IEnumerable<string> Requestable => Strategies.Where(s => !s.NeedsContractBooks).Select(s => s.Name);

    public static IPlacementStrategy Named(string name) =>
        Array.Find(Strategies, s => s.Name == name) ?? throw new ArgumentException($"No placement strategy '{name}'; there are: {string.Join(", ", Names)}.");

    /// <summary>Evidence for a group that the contract chose.</summary>
    public static PlacementEvidence ByContract { get; } = new("contract", 1, "", 0, "", []);
}
