using Skale.Contracts;

namespace Skale.Scheduler.Domain;

/// <summary>A recorded choice of nodes beside the same choice computed again from the events before it.</summary>
/// <param name="Recorded">The <see cref="GroupChosen"/> or <see cref="ReplacementStarted"/>.</param>
/// <param name="Chosen">The nodes as recorded.</param>
/// <param name="How">The evidence as recorded.</param>
/// <param name="Verdict"><c>agrees</c>, <c>differs</c>, or <c>not re-computable</c> with the reason.</param>
/// <param name="Computed">Null when it could not be computed.</param>
/// <param name="Evidence">Of the computed choice; null with it.</param>
public sealed record Explanation(
    object Recorded, IReadOnlyList<NodeId> Chosen, PlacementEvidence How, string Verdict, IReadOnlyList<NodeId>? Computed, PlacementEvidence? Evidence)
{
    /// <param name="before">Folded from all events before the choice and none behind it.</param>
    /// <param name="recorded">The choice.</param>
    public static Explanation Of(Network before, GroupChosen recorded)
    {
        var (chain, open) = (before.Chains[recorded.Chain], new Explanation(recorded, recorded.Group, recorded.Evidence, "", null, null));
        if (chain.Recomputed is { } found)
        {
            return open.With(found);
        }

        var again = Creation.Place(before, chain, recorded.At).OfType<GroupChosen>().FirstOrDefault();
        return open.Compare(again?.Group, again?.Evidence);
    }

    /// <param name="before">Folded from all events before the replacement began and none behind it.</param>
    /// <param name="recorded">Its beginning.</param>
    public static Explanation Of(Network before, ReplacementStarted recorded)
    {
        var (chain, open) = (before.Chains[recorded.Chain], new Explanation(recorded, [recorded.NewNode], recorded.Evidence, "", null, null));
        if (chain.Told is { } told)
        {
            return open.With(told[recorded.Seat].Recomputed ?? Recomputation.Impossible("the contract named the node when it created the chain"));
        }

        var again = Replacement.Proceed(before, chain, recorded.At).OfType<ReplacementStarted>().FirstOrDefault();
        return open.Compare(again is null ? null : [again.NewNode], again?.Evidence);
    }

    private Explanation With(Recomputation found) => this with { Verdict = found.Verdict, Computed = found.Computed, Evidence = found.Computed is null ? null : found.Evidence };

    private Explanation Compare(IReadOnlyList<NodeId>? group, PlacementEvidence? evidence)
    {
        var agrees = group is not null && group.SequenceEqual(Chosen) && Same(evidence!, How);
        return this with { Verdict = agrees ? Recomputation.Agrees : Recomputation.Differs, Computed = group, Evidence = evidence };
    }

    private static bool Same(PlacementEvidence left, PlacementEvidence right) => left.Draws.SequenceEqual(right.Draws) && left with { Draws = right.Draws } == right;
}
