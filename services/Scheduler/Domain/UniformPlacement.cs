using Skale.Contracts;

namespace Skale.Scheduler.Domain;

/// <summary>
/// An unbiased draw without replacement. Version 1: an index is drawn (<see cref="SeededNumbers"/>) into the list of candidates, in rising order
/// of id at first, and the last of the list takes the drawn one's place.
/// </summary>
public sealed class UniformPlacement : IPlacementStrategy
{
    public const string StrategyName = "uniform";

    public string Name => StrategyName;

    public (IReadOnlyList<NodeId> Group, PlacementEvidence Evidence) Choose(PlacementRequest request)
    {
        var numbers = new SeededNumbers(request);
        var left = request.Candidates.ToList();
        var group = new List<NodeId>(request.GroupSize);
        var draws = new List<int>(request.GroupSize);
        while (group.Count < request.GroupSize)
        {
            var index = numbers.Below(left.Count);
            draws.Add(index);
            group.Add(left[index]);
            left[index] = left[^1];
            left.RemoveAt(left.Count - 1);
        }

        return (group, new PlacementEvidence(Name, 1, numbers.Seed, request.Candidates.Count, Placement.Digest(request.Candidates), draws));
    }
}
