using System.Collections.Immutable;
using System.Diagnostics;
using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent;

/// <summary>
/// The notes beside all chains' rules. What rules were made from is noted with them; how the kernel shows them is known only when it has them, and is noted with the next change of any rules or, when none comes, soon:
/// a change is one run of nft. When the agent ends before, what the kernel has then counts as what was made.
/// </summary>
internal sealed class FirewallNotes
{
    private static readonly TimeSpan WaitsForChange = TimeSpan.FromSeconds(2);

    private volatile Unwritten unwritten = new([], 0);

    /// <summary>Null when nothing of ours is noted in the kernel.</summary>
    public FirewallNote? Of(FirewallTable there, string bridge)
    {
        var noted = FirewallNote.Of(there.Note(bridge));
        return noted is { IsComplete: false } ? unwritten.Notes.GetValueOrDefault(bridge, noted) : noted;
    }

    /// <summary>No change has come that they could have gone with.</summary>
    public bool AreDue => unwritten is { Notes.IsEmpty: false, Since: var since } && Stopwatch.GetElapsedTime(since) >= WaitsForChange;

    /// <summary>Whether notes are to be written, or a chain's own does not say how its rules are.</summary>
    public bool IsOpen(FirewallTable there, string bridge) => AreDue || Of(there, bridge) is { IsComplete: false };

    /// <summary>To go with a change that makes these rules: their own notes, and those of others that are not written yet.</summary>
    public string With(FirewallScript script, IReadOnlyList<(string Bridge, ChainFirewall Rules)> made, FirewallTable there) => string.Concat(
    [
        .. made.Select(m => script.Note(m.Bridge, $"{FirewallNote.Of(m.Rules)}")),
        .. Writable(there).Where(n => made.All(m => m.Bridge != n.Bridge)).Select(n => script.Note(n.Bridge, n.Note)),
    ]);

    /// <summary>That change is made: the others are written, and these are not complete yet.</summary>
    /// <param name="shown">The table since.</param>
    public void Made(IReadOnlyList<(string Bridge, ChainFirewall Rules)> made, FirewallTable shown) =>
        unwritten = new(made.ToImmutableDictionary(m => m.Bridge, m => FirewallNote.Of(m.Rules) with { Shown = shown.Digest(m.Bridge) }), Stopwatch.GetTimestamp());

    /// <summary>What an earlier agent left is taken as it stands: it was in force, and is no reason to tell of a difference.</summary>
    public void TakeOver(FirewallTable shown)
    {
        var taken = shown.Bridges.Select(b => (Bridge: b, Note: Of(shown, b))).Where(n => n.Note is { IsComplete: false }).ToArray();
        if (taken.Length > 0)
        {
            unwritten = new(unwritten.Notes.SetItems(taken.Select(n => KeyValuePair.Create(n.Bridge, n.Note! with { Shown = shown.Digest(n.Bridge) }))), 0);
        }
    }

    /// <summary>A change went with all that were not written.</summary>
    /// <returns>The table since.</returns>
    public FirewallTable Written(FirewallTable there)
    {
        var now = there.Noted(Writable(there));
        unwritten = new([], 0);
        return now;
    }

    /// <summary>Of chains without rules there is nothing to note.</summary>
    private (string Bridge, string Note)[] Writable(FirewallTable there) => [.. unwritten.Notes.Where(n => there.Note(n.Key) is not null).Select(n => (n.Key, $"{n.Value}"))];

    /// <param name="Since">The last change; 0 for what waits for none.</param>
    private sealed record Unwritten(ImmutableDictionary<string, FirewallNote> Notes, long Since);
}
