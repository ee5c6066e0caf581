namespace Skale.ChainWatcher.Domain;

/// <summary>What an endpoint said when it found a window too large.</summary>
/// <param name="Suggested">A number of blocks that it would answer here; null when it names none.</param>
/// <param name="Most">The number of blocks it answers at most anywhere; null when it names none.</param>
public sealed record WindowRefusal(long? Suggested, long? Most);

/// <summary>
/// How many blocks one <c>eth_getLogs</c> covers: as many as the endpoint suggests when it finds a window too large, or else half; doubled after
/// <see cref="SuccessesToGrow"/> windows of the full size in a row, up to what it allows.
/// </summary>
/// <param name="Blocks">The size now.</param>
/// <param name="Most">Never above.</param>
/// <param name="Successes">Windows of this size that were answered since it last changed.</param>
public sealed record WindowSize(long Blocks, long Most, int Successes = 0)
{
    private const int SuccessesToGrow = 4;

    /// <summary>After a window of so many blocks was answered.</summary>
    public WindowSize Answered(long blocks) => blocks < Blocks || Blocks == Most
        ? this
        : Successes + 1 < SuccessesToGrow ? this with { Successes = Successes + 1 } : new WindowSize(Math.Min(Blocks * 2, Most), Most);

    /// <summary>After a window of so many blocks was refused as too large. A refusal of a larger window than is asked now says nothing new but the endpoint's own limit.</summary>
    public WindowSize Refused(long blocks, WindowRefusal refusal)
    {
        var most = Math.Min(Most, refusal.Most ?? Most);
        return blocks > Blocks ? this with { Blocks = Math.Min(Blocks, most), Most = most } : new WindowSize(Math.Min(Part(blocks, refusal), most), most);
    }

    /// <summary>How much of a refused window to ask for next: less than before, at least one block.</summary>
    public static long Part(long blocks, WindowRefusal refusal) => Math.Clamp(refusal.Suggested ?? refusal.Most ?? blocks / 2, 1, Math.Max(1, blocks - 1));
}
