using Skale.Contracts;

namespace Skale.Scheduler.Domain;

/// <summary>
/// An unbiased draw without replacement. Version 3: an index is drawn (<see cref="SeededNumbers"/>) into the list of candidates, in rising order
/// of id at first, and the last of the list takes the drawn one's place. Version 2 took one number of each digest.
/// </summary>
public sealed class UniformPlacement : IPlacementStrategy
{
    public const string StrategyName = "uniform";

    private const int Version = 3;

    public string Name => StrategyName;

    public (IReadOnlyList<NodeId> Group, PlacementEvidence Evidence) Choose(PlacementRequest request)
    {
        var numbers = new SeededNumbers(request);

        // The list is never written out: only where it differs from the candidates in their order is kept, as places in that order.
        var (candidates, moved) = (request.Candidates, new Dictionary<int, int>(request.GroupSize));
        var group = new List<NodeId>(request.GroupSize);
        var draws = new List<int>(request.GroupSize);
        for (var left = candidates.Count; group.Count < request.GroupSize; left--)
        {
            var index = numbers.Below(left);
            draws.Add(index);
            group.Add(candidates[At(index)]);
            moved[index] = At(left - 1);
        }

        return (group, new PlacementEvidence(Name, Version, numbers.Seed, candidates.Count, candidates.Digest(), draws));

        int At(int index) => moved.GetValueOrDefault(index, index);
    }
}
