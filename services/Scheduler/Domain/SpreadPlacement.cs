using Skale.Contracts;

namespace Skale.Scheduler.Domain;

/// <summary>
/// Like <see cref="UniformPlacement"/>, and no owner has two members before every owner that has a candidate has one, and so on. Version 2: at each
/// step those candidates are left, in rising order of id, whose owner has the fewest members so far; the index drawn among them
/// (<see cref="SeededNumbers"/>) is the next member. Version 1 drew alike, and had another digest of the candidates.
/// </summary>
public sealed class SpreadPlacement : IPlacementStrategy
{
    public const string StrategyName = "spread";

    private const int Version = 2;

    public string Name => StrategyName;

    public (IReadOnlyList<NodeId> Group, PlacementEvidence Evidence) Choose(PlacementRequest request)
    {
        var numbers = new SeededNumbers(request);

        // All that are not members, and of them those whose owner has the fewest.
        var (left, open) = (request.Candidates.Copy(), request.Candidates.Copy());
        var group = new List<NodeId>(request.GroupSize);
        var draws = new List<int>(request.GroupSize);
        while (group.Count < request.GroupSize)
        {
            if (open.Count == 0)
            {
                open = left.Copy();
            }

            var index = numbers.Below(open.Count);
            var member = open[index];
            draws.Add(index);
            group.Add(member);
            left.Remove(member);
            open.Except(request.OwnedBy(request.OwnerOf(member)));
        }

        return (group, new PlacementEvidence(Name, Version, numbers.Seed, request.Candidates.Count, request.Candidates.Digest(), draws));
    }
}
