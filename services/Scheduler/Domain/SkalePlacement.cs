using Skale.Contracts;
using Skale.SkaleManager;

namespace Skale.Scheduler.Domain;

/// <summary>
/// As SKALE Manager itself would draw (skale-facts 1.6), from the lists that the contract's books keep. Version 2: nodes that are no candidates here are
/// hidden for this draw, in rising order of id. Two draws are recorded for each member: the free slices of the list it was drawn from, and its index there.
/// Version 1 drew alike, and had another digest of the candidates.
/// </summary>
public sealed class SkalePlacement : IPlacementStrategy
{
    public const string StrategyName = "skale";

    private const int Version = 2;

    public string Name => StrategyName;

    public bool NeedsContractBooks => true;

    public (IReadOnlyList<NodeId> Group, PlacementEvidence Evidence) Choose(PlacementRequest request)
    {
        var books = request.Books ?? throw new ArgumentException("The strategy 'skale' draws from the contract's books.", nameof(request));
        var hidden = (request.Listed ?? Visible(books)).Without(request.Candidates).Select(n => (int)n.Value);
        var selection = request.Replaced is { } member
            ? Replace(books.Fork(), (int)member.Value, hidden, request)
            : books.DrawGroup(request.ChainHash, request.Slices, request.GroupSize, request.ParentHash, hidden);
        return (ContractBooks.Ids(selection), ContractBooks.Evidence(Name, Version, selection, request.Candidates.Digest()));
    }

    private static NodeSet Visible(PlacementBooks books) => [.. Enumerable.Range(0, books.NodeCount).Where(books.IsVisible).Select(n => new NodeId(n))];

    private static Selection Replace(PlacementBooks fork, int member, IEnumerable<int> hidden, PlacementRequest request)
    {
        foreach (var node in hidden)
        {
            fork.SetCompliance(node, false);
        }

        return fork.Replace(request.ChainHash, member, ReplacementCause.Rotation, request.ParentHash);
    }
}
