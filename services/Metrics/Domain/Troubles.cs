namespace Skale.Metrics.Domain;

/// <summary>What in the network needs a person's eye, worst first.</summary>
public static class Troubles
{
    private const int MostNamed = 10;

    /// <param name="view">The network.</param>
    /// <param name="expected">Name of the network this page is for; empty for any.</param>
    public static IReadOnlyList<string> Of(NetworkView view, string expected)
    {
        var found = new List<string>();
        if (expected.Length > 0 && view.Network.Length > 0 && expected != view.Network)
        {
            found.Add($"This is the log of network '{view.Network}', not of '{expected}': check Metrics:Network and Store.");
        }

        Add(found, "degraded", "chain", view.Chains.Values.Where(c => c.Phase == ChainPhase.Degraded).Select(c => $"{c.Name} ({c.Reason})"));
        Add(found, "failing", "subnode", view.LiveMembers().Where(m => m.Member.Condition == MemberCondition.Failing)
            .Select(m => $"{m.Chain.Name} on node {m.Member.Node} ({m.Member.Reason})"));
        Add(found, "overdue", "member", view.LiveMembers().Where(m => m.Member.Overdue is not null).Select(m => $"{m.Chain.Name} on node {m.Member.Node} ({m.Member.Overdue})"));
        Add(found, "with a member that cannot be replaced for now", "chain", view.Chains.Values.Where(c => c.Replacement?.Waiting is not null)
            .Select(c => $"{c.Name} (node {c.Replacement!.Old}: {c.Replacement.Waiting})"));
        Add(found, "whose members go back to the image they had", "chain", view.Chains.Values.Where(c => c.ImageChange?.Failure is not null)
            .Select(c => $"{c.Name} ({c.ImageChange!.To} fails, {c.ImageChange.Failure})"));
        Add(found, "that cannot follow the contract's rotation", "chain", view.Chains.Values.Where(c => c is { IsLive: true, NotFollowed: not null }).Select(c => $"{c.Name} ({c.NotFollowed})"));
        Add(found, "waiting for nodes", "chain", view.Chains.Values.Where(c => c.Phase == ChainPhase.Deferred).Select(c => $"{c.Name} ({c.Waiting?.Reason})"));
        Add(found, "without an agent so far", "node", view.Nodes.Values.Where(n => n.Machine is null && n.Standing is NodeStanding.Active or NodeStanding.Leaving).Select(n => $"{n.Id}"));
        Add(found, "with a machine that is too small", "node", view.Nodes.Values.Where(n => n.Refusal is not null).Select(n => $"{n.Id} ({n.Refusal})"));
        Add(found, "silent", "node", view.Nodes.Values.Where(n => n.SilentSince is not null).Select(n => $"{n.Id} (since {n.SilentSince:u})"));
        Add(found, "enrolled by an agent but not registered", "node", view.EarlyEnrolments.Keys.Select(n => $"{n}"));
        Add(found, "with limits its host cannot enforce", "subnode", view.LiveMembers().Where(m => m.Member.Unenforced.Count > 0)
            .Select(m => $"{m.Chain.Name} on node {m.Member.Node} ({string.Join(", ", m.Member.Unenforced)})"));
        Add(found, "where the contract says something else than its logs", "value", view.Differences.Values.Where(d => !d.Silent)
            .Select(d => $"{d.Subject}, {d.What} ({d.Answered}, not {d.Folded}, at block {d.BlockNumber})"));
        foreach (var (type, unread) in view.Unread)
        {
            found.Add($"{unread.Count} event(s) '{type}' cannot be read, last at position {unread.LastPosition}: {unread.Reason}.");
        }

        return found;
    }

    private static void Add(List<string> found, string what, string noun, IEnumerable<string> subjects)
    {
        var all = subjects.ToArray();
        if (all.Length > 0)
        {
            var more = all.Length > MostNamed ? $" and {all.Length - MostNamed} more" : "";
            found.Add($"{all.Length} {noun}{(all.Length == 1 ? "" : "s")} {what}: {string.Join(", ", all.Take(MostNamed))}{more}.");
        }
    }
}
