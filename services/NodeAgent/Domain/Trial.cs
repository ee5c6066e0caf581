using System.Collections.Immutable;

namespace Skale.NodeAgent.Domain;

/// <summary>How often bringing a chain to its goal has failed in a row, and when it may be tried again.</summary>
/// <param name="Started">Names of the containers that the last attempt was to start.</param>
public sealed record Trial(Goal Goal, int Failures, DateTimeOffset NotBefore, ImmutableHashSet<string> Started)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Proven = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    /// <summary>The pause doubles with every failure, up to a minute; another goal starts anew.</summary>
    public static Trial Failed(Trial? before, ChainPlan plan, DateTimeOffset now)
    {
        var failures = before is not null && before.Goal == plan.Goal ? before.Failures + 1 : 1;
        var pause = TimeSpan.FromTicks(Math.Min(Longest.Ticks, First.Ticks << Math.Min(failures - 1, 10)));
        return new Trial(plan.Goal, failures, now + pause, [.. plan.Starts.Select(c => c.Name)]);
    }

    /// <summary>What is found in its place so long after the pause has come to stay.</summary>
    public bool Outlived(DateTimeOffset now) => now - NotBefore >= Proven;

    /// <summary>The plan waits. It does not when it starts a container that did not fail: a sidecar that dies again and again keeps nobody from starting the chain.</summary>
    public bool Holds(ChainPlan plan, DateTimeOffset now) => Goal == plan.Goal && now < NotBefore && plan.Starts.All(c => Started.Contains(c.Name));
}
