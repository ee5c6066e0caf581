namespace Skale.NodeAgent.Domain;

/// <summary>How often bringing a chain to its goal has failed in a row, and when it may be tried again.</summary>
public sealed record Trial(Goal Goal, int Failures, DateTimeOffset NotBefore)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    /// <summary>The pause doubles with every failure, up to a minute; another goal starts anew.</summary>
    public static Trial Failed(Trial? before, Goal goal, DateTimeOffset now)
    {
        var failures = before is not null && before.Goal == goal ? before.Failures + 1 : 1;
        var pause = TimeSpan.FromTicks(Math.Min(Longest.Ticks, First.Ticks << Math.Min(failures - 1, 10)));
        return new Trial(goal, failures, now + pause);
    }

    public bool Holds(Goal goal, DateTimeOffset now) => Goal == goal && now < NotBefore;
}
