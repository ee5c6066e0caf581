using Skale.Contracts;

namespace Skale.Scheduler.Domain;

/// <summary>
/// Like <see cref="UniformPlacement"/>, and no owner has two members before every owner that has a candidate has one, and so on. Version 1: at each
/// step those candidates are left, in rising order of id, whose owner has the fewest members so far; the index drawn among them
/// (<see cref="SeededNumbers"/>) is the next member.
/// </summary>
public sealed class SpreadPlacement : IPlacementStrategy
{
    public const string StrategyName = "spread";

    public string Name => StrategyName;

    public (IReadOnlyList<NodeId> Group, PlacementEvidence Evidence) Choose(PlacementRequest request)
    {
        var numbers = new SeededNumbers(request);
        var owners = request.Candidates.GroupBy(c => request.OwnerOf(c)).ToDictionary(o => o.Key, o => o.Count());
        var (open, full) = (request.Candidates.ToList(), new List<NodeId>());
        var group = new List<NodeId>(request.GroupSize);
        var draws = new List<int>(request.GroupSize);
        while (group.Count < request.GroupSize)
        {
            if (open.Count == 0)
            {
                (open, full) = ([.. full.Order()], []);
            }

            var index = numbers.Below(open.Count);
            var (member, owner) = (open[index], request.OwnerOf(open[index]));
            draws.Add(index);
            group.Add(member);
            open.RemoveAt(index);
            if (--owners[owner] > 0)
            {
                full.AddRange(open.Where(c => request.OwnerOf(c) == owner));
                open.RemoveAll(c => request.OwnerOf(c) == owner);
            }
        }

        return (group, new PlacementEvidence(Name, 1, numbers.Seed, request.Candidates.Count, Placement.Digest(request.Candidates), draws));
    }
}
