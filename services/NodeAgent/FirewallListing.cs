using System.Diagnostics;

namespace Skale.NodeAgent;

/// <summary>A node's table as last read, and whether it is still so.</summary>
internal sealed class FirewallListing(string table)
{
    /// <summary>One reading serves all chains that are looked at about the same time, and longer while the kernel says that no rules were changed.</summary>
    private static readonly TimeSpan Serves = TimeSpan.FromSeconds(5);

    private volatile Snapshot? last;

    /// <summary>As last read, with what we changed since; null when it was never read.</summary>
    public FirewallTable? Last => last?.Table;

    /// <summary>Null when it has to be read anew.</summary>
    public FirewallTable? Known => last is { } there && (Stopwatch.GetElapsedTime(there.At) <= Serves || (there.Generation is { } then && then == RulesetGeneration.Read())) ? there.Table : null;

    /// <exception cref="HostToolException">The kernel does not tell.</exception>
    public FirewallTable Renew()
    {
        var (at, generation) = (Stopwatch.GetTimestamp(), RulesetGeneration.Read());
        var shown = FirewallReader.Read(table);
        last = new Snapshot(shown, at, generation);
        return shown;
    }

    /// <summary>We have made one change, which leaves it like this. Whether others made one as well, the kernel's number tells.</summary>
    public void Changed(FirewallTable now)
    {
        var generation = RulesetGeneration.Read();
        last = new Snapshot(now, last!.At, RulesetGeneration.IsNext(last.Generation, generation) ? generation : null);
    }

    /// <param name="Generation">Of all rules of the kernel when the table was like this; null when that is not known.</param>
    private sealed record Snapshot(FirewallTable Table, long At, uint? Generation);
}
