namespace Skale.Ethereum;

/// <summary>How far a client goes along with an endpoint that limits the rate of requests.</summary>
/// <param name="Attempts">How often one request is sent in all; 1 never waits.</param>
/// <param name="LongestWait">No wait is longer, whatever the endpoint asks for.</param>
public sealed record RateLimitPatience(int Attempts, TimeSpan LongestWait)
{
    public static RateLimitPatience None { get; } = new(1, TimeSpan.Zero);
}

/// <summary>Holds back all requests of one client while its endpoint wants fewer: as long as it asks, or ever longer with some jitter when it does not say.</summary>
internal sealed class RateLimitGate(RateLimitPatience patience, TimeProvider clock)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(250);
    private long pausedUntil;

    public DateTimeOffset PausedUntil => new(Volatile.Read(ref pausedUntil), TimeSpan.Zero);

    public bool MayRetry(RateLimitException e, int attempt) => attempt < (e.IsAmbiguous ? Math.Min(2, patience.Attempts) : patience.Attempts);

    public async Task Wait(CancellationToken cancellation)
    {
        while (PausedUntil - clock.GetUtcNow() is { Ticks: > 0 } wait)
        {
            await clock.Wait(wait, cancellation);
        }
    }

    public void Hold(TimeSpan? asked, int attempt)
    {
        var wait = asked is { Ticks: > 0 } told ? told : FirstWait * (1 << Math.Min(attempt - 1, 10)) * (1 + Jitter());
        var until = (clock.GetUtcNow() + (wait < patience.LongestWait ? wait : patience.LongestWait)).UtcTicks;
        for (long before = Volatile.Read(ref pausedUntil); before < until;)
        {
            var seen = Interlocked.CompareExchange(ref pausedUntil, until, before);
            before = seen == before ? until : seen;
        }
    }

    /// <summary>0 to 1, from the clock's finest digits: clients that were refused together do not come back together.</summary>
    private double Jitter() => ((ulong)clock.GetTimestamp() * 0x9E3779B97F4A7C15UL >> 40) / (double)(1 << 24);
}
