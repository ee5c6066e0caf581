namespace Skale.ChainWatcher.Domain;

/// <summary>The newest block an endpoint has.</summary>
public sealed record EndpointAnswer(long Height, DateTimeOffset BlockTime);

/// <summary>When an endpoint counts as lagging.</summary>
/// <param name="MostBehind">Blocks it may be behind the highest endpoint.</param>
/// <param name="OldestBlock">Age its newest block may have while another endpoint has a younger one.</param>
public sealed record EndpointLimits(long MostBehind, TimeSpan OldestBlock);

/// <summary>How one endpoint fares, beside the others.</summary>
/// <param name="Last">What it said when it was last asked; null when it did not answer, or is not on the chain that is watched.</param>
/// <param name="Fault">Why it is not to be used while another can be; null when it is trusted.</param>
/// <param name="GoodInARow">How often in a row it was well since its last fault.</param>
/// <param name="GoodNeeded">How often it must be well before it is trusted again: more after each time it failed at work though it had answered well.</param>
public sealed record EndpointHealth(EndpointAnswer? Last, string? Fault, int GoodInARow, int GoodNeeded)
{
    private const int MostGoodNeeded = 32;

    public static EndpointHealth Unasked { get; } = new(null, "it was not asked yet", 0, 1);

    /// <summary>It did not answer, or not as one of this chain.</summary>
    public EndpointHealth Failed(string reason) => new(null, reason, 0, GoodNeeded);

    /// <summary>It failed at work.</summary>
    public EndpointHealth Disappointed(string reason) => this with { Fault = reason, GoodInARow = 0, GoodNeeded = Math.Min(GoodNeeded * 2, MostGoodNeeded) };

    /// <summary>It did its work.</summary>
    public EndpointHealth Proven() => GoodNeeded == 1 ? this : this with { GoodNeeded = 1 };

    /// <summary>It answered; <paramref name="best"/> is the highest and youngest of what all answered.</summary>
    public EndpointHealth Answered(EndpointAnswer answer, EndpointAnswer best, EndpointLimits limits, DateTimeOffset now)
    {
        var behind = best.Height - answer.Height;
        var isOld = now - answer.BlockTime > limits.OldestBlock && now - best.BlockTime <= limits.OldestBlock;
        var fault = behind > limits.MostBehind ? $"it is {behind} blocks behind the best endpoint"
            : isOld ? $"its newest block, {answer.Height}, is of {answer.BlockTime:u}; another endpoint has a younger one"
            : null;
        if (fault is not null)
        {
            return new EndpointHealth(answer, fault, 0, GoodNeeded);
        }

        // Caught up is more than not lagging any more: an endpoint at the edge would be left and taken back all the time.
        var good = GoodInARow + (behind <= limits.MostBehind / 2 ? 1 : 0);
        return new EndpointHealth(answer, Fault is null || good >= GoodNeeded ? null : Fault, good, GoodNeeded);
    }

    /// <summary>Judges what all endpoints answered at about the same time; a reason stands for no answer.</summary>
    public static IReadOnlyList<EndpointHealth> Judge(
        IReadOnlyList<EndpointHealth> before, IReadOnlyList<(EndpointAnswer? Answer, string Reason)> answers, EndpointLimits limits, DateTimeOffset now)
    {
        var given = answers.Where(a => a.Answer is not null).Select(a => a.Answer!).ToArray();
        return [.. before.Zip(answers, (health, said) => said.Answer is { } answer
            ? health.Answered(answer, new EndpointAnswer(given.Max(a => a.Height), given.Max(a => a.BlockTime)), limits, now)
            : health.Failed(said.Reason))];
    }

    /// <summary>
    /// Which endpoint to use: the first that is trusted; when none is, the one in use as long as it answers, or else the highest that does; null when none answers.
    /// </summary>
    public static int? Choose(IReadOnlyList<EndpointHealth> all, int? inUse)
    {
        var trusted = Enumerable.Range(0, all.Count).Where(at => all[at].Fault is null).Select(at => (int?)at).FirstOrDefault();
        return trusted
            ?? (inUse is { } at && all[at].Last is not null ? inUse : null)
            ?? Enumerable.Range(0, all.Count).Where(i => all[i].Last is not null).OrderByDescending(i => all[i].Last!.Height).Select(i => (int?)i).FirstOrDefault();
    }
}
