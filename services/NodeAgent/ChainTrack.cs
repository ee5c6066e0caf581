using Skale.Contracts;
using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent;

/// <summary>What the loop remembers of one chain between its passes. One loop owns it.</summary>
internal sealed class ChainTrack
{
    private CancellationTokenSource? cancel;
    private ChainPlan? plan;
    private Goal? last;
    private DateTimeOffset begun;
    private ChainSeen? settled;
    private (Subnode? Subnode, long? Removal, bool Confirmed, ChainSeen Seen, ChainPlan? Plan)? planned;

    /// <summary>What the engine holds for the chain, as last seen or done.</summary>
    public ChainSeen Seen { get; private set; } = ChainSeen.Nothing;

    /// <summary>The run in the chain's lane; null when there is none.</summary>
    public Task<LaneResult>? Working { get; private set; }

    /// <summary>The last failed attempt.</summary>
    public Trial? Trial { get; private set; }

    /// <summary>Nothing had to be done by the run in its lane, which only asks.</summary>
    public bool IsAtRest => Working is not null && plan!.IsDone;

    /// <summary>The run in its lane finds it as it was found, and told of, before.</summary>
    public bool IsSettled { get; private set; }

    /// <summary>Why its goal is not reached; null when it is.</summary>
    public string? Failure { get; private set; }

    /// <summary>Nothing is there, nothing goes on, nothing has to be remembered.</summary>
    public bool IsForgettable => Working is null && Trial is null && Seen.IsNothing;

    /// <summary>When a running chain is to be asked again.</summary>
    public DateTimeOffset CheckAt { get; private set; }

    /// <summary>When its container is to be inspected again.</summary>
    public DateTimeOffset VerifyAt { get; set; }

    /// <summary>Takes over a look at the engine; what inspection found of containers that are still the same stays known.</summary>
    public void See(ChainSeen seen) => Seen = seen with
    {
        Containers = [.. seen.Containers.Select(c => Seen.Containers.FirstOrDefault(k => k.Id == c.Id) is { } known ? c with { Limits = known.Limits, ImageDigest = known.ImageDigest, Breach = known.Breach, EngineStarts = known.EngineStarts, Image = known.Image } : c)],
    };

    /// <summary>Something happened to it: inspected and asked at the next pass.</summary>
    public void Disturb() => (CheckAt, VerifyAt) = (default, default);

    public bool IsDue(ChainPlan next, DateTimeOffset now) =>
        !next.IsDone || (next.Goal is Goal.Run or Goal.Remove && (last != next.Goal || CheckAt <= now));

    /// <summary>As <see cref="Reconcile.PlanOf"/>, which is not asked again while order and engine stay as they are.</summary>
    public ChainPlan? PlanOf(ChainName chain, Desired desired, HostAbilities abilities, Place place)
    {
        var (subnode, removal) = (desired.Subnodes.GetValueOrDefault(chain), desired.Removals.TryGetValue(chain, out var generation) ? generation : (long?)null);
        if (planned is { } known && ReferenceEquals(known.Subnode, subnode) && known.Removal == removal && known.Confirmed == desired.Confirmed && ReferenceEquals(known.Seen, Seen))
        {
            return known.Plan;
        }

        var made = Reconcile.PlanOf(chain, desired, Seen, abilities, place);
        planned = (subnode, removal, desired.Confirmed, Seen, made);
        return made;
    }

    public void Begin(ChainPlan next, DateTimeOffset now, Func<CancellationToken, Task<LaneResult>> work, CancellationToken stopping)
    {
        cancel = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        IsSettled = next.IsDone && last == next.Goal && ReferenceEquals(settled, Seen);
        (plan, last, begun) = (next, next.Goal, now);
        Working = work(cancel.Token);
    }

    /// <summary>An order has overtaken the work in hand.</summary>
    public void CancelUnless(Goal towards)
    {
        if (plan!.Goal != towards)
        {
            cancel!.Cancel();
        }
    }

    /// <summary>Something else needs the lane.</summary>
    public void Interrupt() => cancel!.Cancel();

    /// <summary>Takes the result of a finished run; returns false when the engine has to be looked at anew.</summary>
    public bool End(LaneResult? result, DateTimeOffset now, TimeSpan healthEvery)
    {
        var done = plan!;
        cancel!.Dispose();
        (cancel, plan, Working) = (null, null, null);
        CheckAt = result is null ? now : (done.IsDone && result.Failure is null ? begun : now) + healthEvery;
        settled = null;
        if (result is null)
        {
            return false;
        }

        (Seen, Failure) = (result.Seen ?? Seen, result.Failure);
        settled = done.Goal is Goal.Run && result is { Seen: not null, Failure: null } ? Seen : null;
        // Only attempts count against it: looking in vain at what is in its place already wears nothing out. A chain that had to be started again counts as well: one that answers
        // and dies again is left alone longer and longer, until it has answered for some time.
        Trial = done.IsDone ? Trial?.Outlived(now) == true && Failure is null ? null : Trial
            : Failure is null && !done.Restarts ? (Trial?.Goal == done.Goal ? Trial : null)
            : Trial.Failed(Trial, done, now);
        return result.Seen is not null;
    }
}
