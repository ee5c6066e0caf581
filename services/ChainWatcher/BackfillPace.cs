namespace Skale.ChainWatcher;

/// <summary>How fast a backfill goes and how long it still takes, told every few seconds.</summary>
internal sealed class BackfillPace(long from, long to, TimeProvider clock)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    private readonly long start = clock.GetTimestamp();
    private TimeSpan told;

    /// <summary>Null while the last report is young.</summary>
    /// <param name="next">The next block to scan.</param>
    public (double BlocksPerSecond, TimeSpan Left)? Report(long next)
    {
        var elapsed = clock.GetElapsedTime(start);
        if (elapsed - told < Every || next <= from)
        {
            return null;
        }

        told = elapsed;
        var rate = (next - from) / elapsed.TotalSeconds;
        return (rate, TimeSpan.FromSeconds(Math.Ceiling((to + 1 - next) / rate)));
    }
}
