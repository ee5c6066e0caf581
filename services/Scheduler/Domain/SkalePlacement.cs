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
        var books = (request.Books ?? throw new ArgumentException("The strategy 'skale' draws from the contract's books.", nameof(request))).Fork();
        for (var node = 0; node < books.NodeCount; node++)
        {
            if (books.IsVisible(node) && !request.Candidates.Contains(new(node)))
            {
                books.SetCompliance(node, false);
            }
        }

        var selection = request.Replaced is { } member
            ? books.Replace(request.ChainHash, (int)member.Value, ReplacementCause.Rotation, request.ParentHash)
            : books.CreateChain(request.ChainHash, request.Slices, request.GroupSize, request.ParentHash);
        return (ContractBooks.Ids(selection), ContractBooks.Evidence(Name, Version, selection, request.Candidates.Digest()));
    }
}
