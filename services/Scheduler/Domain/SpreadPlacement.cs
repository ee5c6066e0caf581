using Skale.Contracts;

namespace Skale.Scheduler.Domain;

/// <summary>
/// Like <see cref="UniformPlacement"/>, and no owner has two members before every owner that has a candidate has one, and so on. Version 3: at each
/// step those candidates are left, in rising order of id, whose owner has the fewest members so far; the index drawn among them
/// (<see cref="SeededNumbers"/>) is the next member. Version 2 took one number of each digest.
/// </summary>
public sealed class SpreadPlacement : IPlacementStrategy
{
    public const string StrategyName = "spread";

    private const int Version = 3;

    public string Name => StrategyName;

    public (IReadOnlyList<NodeId> Group, PlacementEvidence Evidence) Choose(PlacementRequest request)
    {
        var numbers = new SeededNumbers(request);

        // Those that are not members, of an owner that has the fewest.
        var open = request.Candidates.Copy();
        var group = new List<NodeId>(request.GroupSize);
        var draws = new List<int>(request.GroupSize);
        while (group.Count < request.GroupSize)
        {
            if (open.Count == 0)
            {
                open = request.Candidates.Copy();
                group.ForEach(m => open.Remove(m));
            }

            var index = numbers.Below(open.Count);
            var member = open[index];
            draws.Add(index);
            group.Add(member);
            open.Except(request.OwnedBy(request.OwnerOf(member)));
        }

        return (group, new PlacementEvidence(Name, Version, numbers.Seed, request.Candidates.Count, request.Candidates.Digest(), draws));
    }
}
