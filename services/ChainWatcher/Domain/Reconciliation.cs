using System.Collections.Immutable;
using Skale.ChainWatcher.Domain.Manager;
using Skale.Contracts;

namespace Skale.ChainWatcher.Domain;

/// <summary>The contracts were asked at a block for all that the facts up to it say. An input.</summary>
/// <param name="Differences">Where they disagree.</param>
/// <param name="Unanswered">Values, by subject and name, that were asked for in vain: nothing is known of them.</param>
public sealed record ManagerCompared(string Network, BlockRef At, IReadOnlyList<Difference> Differences, ImmutableHashSet<(string Subject, string What)> Unanswered);

/// <summary>What a comparison with the contracts records: what is new, what is different from before, what is gone; what stands unchanged is on record.</summary>
internal static class Reconciliation
{
    public static IReadOnlyList<object> Record(Watch state, ManagerCompared e, DateTimeOffset now)
    {
        // Of a block that was reorganised away meanwhile nothing holds any more.
        if (!state.Marks.Any(m => m.Block == e.At))
        {
            return [];
        }

        var found = e.Differences.DistinctBy(d => (d.Subject, d.What)).ToDictionary(d => (d.Subject, d.What));
        return
        [
            .. found.Where(f => !(state.Differences.TryGetValue(f.Key, out var known) && known == (f.Value.Folded, f.Value.Contract)))
                .Select(f => new ManagerDiffers(e.Network, f.Key.Subject, f.Key.What, f.Value.Folded, f.Value.Contract, f.Value.IsSilent, e.At.Number, e.At.Hash, now)),
            .. state.Differences.Keys.Where(key => !found.ContainsKey(key) && !e.Unanswered.Contains(key))
                .Select(key => new ManagerDifferenceGone(e.Network, key.Subject, key.What, e.At.Number, e.At.Hash, now)),
        ];
    }
}
