using Microsoft.Extensions.Options;
using Skale.Hosting;
using Skale.Metrics.Domain;

namespace Skale.Metrics.Api;

/// <summary>Puts the status together: for the API and the head of the page.</summary>
public sealed class StatusReading(Projection projection, IOptions<MetricsOptions> options, IEnumerable<ILogHealth> logsHere, TimeProvider clock)
{
    public StatusAnswer Read()
    {
        var (view, progress) = (projection.Now.View, projection.Progress);
        var troubles = TroublesOf(view);
        return new StatusAnswer(
            view.Network.Length > 0 ? view.Network : options.Value.Network, view.Position, Math.Max(progress.Head, view.Position), view.LastEventAt,
            view.LastFact is { } f ? new FactAnswer(f.Number, f.BlockNumber, f.BlockTime, f.RecordedAt) : null, options.Value.Simulated || view.Simulated,
            StagesOf(view, progress), CountsOf(view), troubles.Count == 0, troubles);
    }

    private List<string> TroublesOf(NetworkView view) =>
    [
        .. projection.Trouble is { } trouble ? [$"What is shown may be old, the scheduler's log is not being followed: {trouble}"] : Array.Empty<string>(),
        .. logsHere.Where(l => l.Trouble is not null).Select(l => $"Log {l.Name}: {l.Trouble}"),
        .. Troubles.Of(view, options.Value.Network),
    ];

    private StageAnswer[] StagesOf(NetworkView view, LogProgress progress)
    {
        var now = clock.GetUtcNow();
        var open = view.LiveMembers().Where(m => m.Member.Condition is MemberCondition.Starting or MemberCondition.Removing).ToArray();
        return
        [
            new("facts", 0, view.LastFact is { } fact ? Age(fact.BlockTime, fact.RecordedAt) : 0, "time from the last fact's block to its record"),
            new("publishing", Math.Max(0, progress.Head - progress.Published), progress.OldestUnpublishedAt is { } oldest ? Age(oldest, now) : 0, "events committed, not yet published"),
            new("nodes", open.Length, open.Length > 0 ? Age(open.Min(m => m.Member.Since), now) : 0, "orders given, not yet confirmed by an agent"),
            new(
                "projection", Math.Max(0, progress.Head - view.Position), projection.Trouble is not null && progress.AskedAt is { } asked ? Age(asked, now) : 0,
                "events committed, not yet shown here"),
        ];
    }

    private static CountsAnswer CountsOf(NetworkView view) => new(
        ByName(view.Nodes.Values.Select(n => n.Standing)), ByName(view.Chains.Values.Select(c => c.Phase)), ByName(view.LiveMembers().Select(m => m.Member.Condition)),
        view.Nodes.Values.Count(n => n.Machine is not null), view.Nodes.Values.Sum(n => n.Used), view.Nodes.Count * NodeView.TotalSlices, view.Position,
        view.Unread.Values.Sum(u => u.Count), view.UnmappedLogs);

    private static Dictionary<string, int> ByName<T>(IEnumerable<T> found)
        where T : struct, Enum
    {
        var counts = found.CountBy(x => x).ToDictionary();
        return Enum.GetValues<T>().ToDictionary(Words.Of, name => counts.GetValueOrDefault(name));
    }

    private static double Age(DateTimeOffset from, DateTimeOffset to) => Math.Round(Math.Max(0, (to - from).TotalSeconds), 3);
}
