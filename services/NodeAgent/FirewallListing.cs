using System.Diagnostics;

namespace Skale.NodeAgent;

/// <summary>A node's table as last seen, and whether it is still so: listing one of a full machine takes longer than all other looks at a chain together.</summary>
internal sealed class FirewallListing(string table)
{
    /// <summary>One listing serves all chains that are looked at about the same time, and longer while the kernel says that no rules were changed.</summary>
    private static readonly TimeSpan Serves = TimeSpan.FromSeconds(5);

    private volatile Snapshot? last;

    /// <summary>As last listed, with what we changed since; null when it was never listed.</summary>
    public FirewallTable? Last => last?.Table;

    /// <summary>Null when it has to be listed anew.</summary>
    public FirewallTable? Known => last is { } there && (Stopwatch.GetElapsedTime(there.At) <= Serves || (there.Generation is { } then && then == RulesetGeneration.Read())) ? there.Table : null;

    public async Task<FirewallTable> Renew()
    {
        var (at, generation) = (Stopwatch.GetTimestamp(), RulesetGeneration.Read());
        var shown = new FirewallTable(await Shown());
        last = new Snapshot(shown, at, generation);
        return shown;
    }

    /// <summary>We have made one change, which leaves it like this. Whether others made one as well, the kernel's number tells.</summary>
    public void Changed(FirewallTable now)
    {
        var generation = RulesetGeneration.Read();
        last = new Snapshot(now, last!.At, RulesetGeneration.IsNext(last.Generation, generation) ? generation : null);
    }

    /// <summary>Null when there is no table. To list the names of all tables first takes longer than this.</summary>
    private async Task<string?> Shown()
    {
        try
        {
            return await HostTool.Run("nft", ["-j", "list", "table", "inet", table]);
        }
        catch (HostToolException e) when (e.Message.Contains("No such file or directory", StringComparison.Ordinal))
        {
            return null;
        }
    }

    /// <param name="Generation">Of all rules of the kernel when the table was like this; null when that is not known.</param>
    private sealed record Snapshot(FirewallTable Table, long At, uint? Generation);
}
