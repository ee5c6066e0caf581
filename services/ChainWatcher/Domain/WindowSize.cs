namespace Skale.ChainWatcher.Domain;

/// <summary>
/// How many blocks one <c>eth_getLogs</c> covers: halved when the endpoint finds a window too large, doubled after <see cref="SuccessesToGrow"/>
/// windows of the full size in a row.
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

    /// <summary>After a window of so many blocks was refused as too large. A refusal of a larger window than is asked now says nothing new.</summary>
    public WindowSize Refused(long blocks) => blocks > Blocks ? this : new WindowSize(Math.Max(1, blocks / 2), Most);
}
