using Skale.Contracts;

namespace Skale.Scheduler.Domain;

/// <summary>A recorded choice of nodes beside the same choice computed again from the events before it.</summary>
/// <param name="Verdict"><c>agrees</c>, <c>differs</c>, or <c>not re-computable</c> with the reason.</param>
/// <param name="Computed">Null when it could not be computed.</param>
/// <param name="Evidence">Of the computed choice; null with it.</param>
public sealed record Explanation(GroupChosen Recorded, string Verdict, IReadOnlyList<NodeId>? Computed, PlacementEvidence? Evidence)
{
    /// <param name="before">Folded from all events before the choice and none behind it.</param>
    public static Explanation Of(Network before, GroupChosen recorded)
    {
        var chain = before.Chains[recorded.Chain];
        if (chain.Recomputed is { } found)
        {
            return new(recorded, found.Verdict, found.Computed, found.Computed is null ? null : found.Evidence);
        }

        var again = Creation.Place(before, chain, recorded.At).OfType<GroupChosen>().FirstOrDefault();
        var agrees = again is not null && again.Group.SequenceEqual(recorded.Group) && Same(again.Evidence, recorded.Evidence);
        return new(recorded, agrees ? Recomputation.Agrees : Recomputation.Differs, again?.Group, again?.Evidence);
    }

    private static bool Same(PlacementEvidence left, PlacementEvidence right) => left.Draws.SequenceEqual(right.Draws) && left with { Draws = right.Draws } == right;
}
