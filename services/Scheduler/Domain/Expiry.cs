namespace Skale.Scheduler.Domain;

/// <summary>Temporary chains: a warning, then the end.</summary>
internal static class Expiry
{
    /// <summary>When the clock matters next to a chain's lifetime; null when it does not.</summary>
    public static DateTimeOffset? Next(Chain chain) =>
        chain.Phase is ChainPhase.Removing or ChainPhase.Removed or ChainPhase.Refused ? null : chain.Terms?.WarnAt ?? chain.Terms?.ExpiresAt;

    /// <summary>What follows from the clock; null when nothing does.</summary>
    public static IReadOnlyList<object>? Proceed(Chain chain, DateTimeOffset now) => Next(chain) is null || Next(chain) > now ? null
        : chain.Terms!.ExpiresAt <= now ? [new RemovalStarted(chain.Name, $"its lifetime is over since {chain.Terms.ExpiresAt:u}", now)]
        : [new ExpiryNear(chain.Name, chain.Terms.ExpiresAt!.Value, now)];
}
