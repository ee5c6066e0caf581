using System.Collections.Immutable;
using System.Diagnostics;
using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent;

/// <summary>
/// The notes beside all chains' rules. What rules were made from is noted with them; how the kernel shows them is known only when it has them, and is noted with the next change of any rules or, when none comes, soon:
/// a change is one run of nft. When the agent ends before, what the kernel has then counts as what was made.
/// </summary>
internal sealed class FirewallNotes(FirewallScript script)
{
    private static readonly TimeSpan WaitsForChange = TimeSpan.FromSeconds(2);

    private volatile Unwritten unwritten = new([], 0);

    /// <summary>No change has come that they could have gone with.</summary>
    public bool AreDue => unwritten is { Notes.IsEmpty: false, Since: var since } && Stopwatch.GetElapsedTime(since) >= WaitsForChange;

    /// <summary>Null when nothing of ours is noted in the kernel.</summary>
    public FirewallNote? Of(FirewallTable there, string bridge) =>
        FirewallNote.Of(there.Note(bridge)) is { IsComplete: false } note ? unwritten.Notes.GetValueOrDefault(bridge, note) : FirewallNote.Of(there.Note(bridge));

    /// <summary>To go with a change that makes these rules: their own notes, and those of others that are not written yet.</summary>
    public string With(IReadOnlyList<(string Bridge, ChainFirewall Rules)> made, FirewallTable there) => string.Concat(
    [
        .. made.Select(m => script.Note(m.Bridge, $"{FirewallNote.Of(m.Rules)}")),
        .. Writable(there).Where(n => made.All(m => m.Bridge != n.Key)).Select(n => script.Note(n.Key, $"{n.Value}")),
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

    /// <summary>All that are not written yet, for <see cref="FirewallScript.Note"/>; of chains without rules there is nothing to note.</summary>
    public IReadOnlyList<KeyValuePair<string, FirewallNote>> Writable(FirewallTable there) => [.. unwritten.Notes.Where(n => there.Note(n.Key) is not null)];

    public void Written() => unwritten = new([], 0);

    /// <param name="Since">The last change; 0 for what waits for none.</param>
    private sealed record Unwritten(ImmutableDictionary<string, FirewallNote> Notes, long Since);
}
