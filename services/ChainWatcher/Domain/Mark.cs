namespace Skale.ChainWatcher.Domain;

/// <summary>A recorded block that the scan can go back to after a reorganisation: one that holds facts, or the last of a recorded range.</summary>
/// <param name="FirstFact">Number of the first fact in it; 0 when it holds none.</param>
/// <param name="LastFact">Number of the last fact in it; 0 when it holds none.</param>
public sealed record Mark(BlockRef Block, long FirstFact, long LastFact)
{
    public bool HasFacts => FirstFact > 0;

    public IEnumerable<long> Facts
    {
        get
        {
            for (var number = HasFacts ? FirstFact : 1; number <= LastFact; number++)
            {
                yield return number;
            }
        }
    }

    /// <summary>The mark that tells a reorganisation: the first replaced one that holds facts, or the first replaced one when none does.</summary>
    /// <param name="replaced">All marks behind the last that stands; at least one.</param>
    public static Mark FirstReplaced(IReadOnlyList<Mark> replaced) => replaced.FirstOrDefault(m => m.HasFacts) ?? replaced[0];
}
