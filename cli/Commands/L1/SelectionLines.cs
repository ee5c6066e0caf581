using System.Text.Json;
using System.Text.Json.Serialization;
using Skale.Contracts;
using Skale.SkaleManager;

namespace Skale.Cli.Commands.L1;

/// <summary>How <c>skale l1 check-selection</c> says what it found, a line each.</summary>
internal static class SelectionLines
{
    /// <summary>Absent is what is not known.</summary>
    private static readonly JsonSerializerOptions Known = new(ApiClient.Json) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static string Text(CheckedChoice c) => $"block {c.Fact.Origin.BlockNumber,8}  {OneLine(c.Chain?.Value ?? c.ChainHash)}  {What(c)}  {Result(c)}";

    public static string Text(SelectionTotals t)
    {
        var choices = $"Block {t.To}: {Count(t.Created, "creation")}, {Count(t.Replaced, "replacement")}, {Count(t.Stuck, "stuck ceremony", "stuck ceremonies")}";
        return t.Created + t.Replaced + t.Stuck == 0 ? $"Block {t.To}: no creation and no replacement, nothing to check."
            : t.AllAgree ? $"{choices}: all agree."
            : $"{choices}: {t.Agree} agree, {t.Differ} {(t.Differ == 1 ? "differs" : "differ")}, {t.NotComputable} cannot be computed."
                + (t.Differ > 1 ? $" The first difference is in block {t.FirstDifference}; what follows may come of it." : "");
    }

    public static string Json(CheckedChoice c) => JsonSerializer.Serialize(
        new
        {
            Type = "choice",
            c.Chain,
            c.ChainHash,
            Block = c.Fact.Origin.BlockNumber,
            c.Fact.Origin.TransactionHash,
            c.Fact.Origin.LogIndex,
            What = c.Kind.ToString().ToLowerInvariant(),
            Cause = (c.Fact as ChainRotated)?.Reason.ToString(),
            Finding = Word(c.Finding),
            c.Reason,
            c.OldNode,
            c.NewNode,
            c.ComputedNode,
            c.Group,
            c.ComputedGroup,
            c.Selection?.Seed,
            c.Selection?.Candidates,
        },
        Known);

    public static string Json(SelectionTotals t) => JsonSerializer.Serialize(
        new { Type = "totals", t.To, t.Created, t.Replaced, t.Stuck, t.Agree, t.Differ, t.NotComputable, t.AllAgree, t.FirstDifference }, Known);

    private static string What(CheckedChoice c) => c.Kind switch
    {
        ChoiceKind.Created => $"created {(c.Group is null ? "" : Ids(c.Group))}",
        ChoiceKind.Replaced => $"replaced {Id(c.OldNode)} -> {Id(c.NewNode)} ({Cause((ChainRotated)c.Fact)})",
        _ => $"stuck on {Id(c.OldNode)} (failed key ceremony, no spare node)",
    };

    private static string Result(CheckedChoice c) => c.Finding switch
    {
        Finding.Agrees => "agrees",
        Finding.Differs => $"DIFFERS: {Difference(c)}",
        _ => $"cannot be computed: {OneLine(c.Reason ?? "")}",
    };

    private static string Difference(CheckedChoice c) => string.Join("; ", new[]
    {
        c.Reason is { } reason ? OneLine(reason) : null,
        c is { NewNode: { } told, ComputedNode: { } computed } && told != computed ? $"the contract took node {told}, computed is node {computed}" : null,
        c is { Group: { } group, ComputedGroup: { } expected } && !group.SequenceEqual(expected) ? $"the contract's group is {Ids(group)}, computed is {Ids(expected)}" : null,
    }.OfType<string>());

    private static string Cause(ChainRotated e) => e.Reason switch
    {
        RotationReason.NodeExit => "exit",
        RotationReason.FailedKeyCeremony => "failed key ceremony",
        _ => "restarted creation",
    };

    private static string Word(Finding finding) => finding switch
    {
        Finding.Agrees => "agrees",
        Finding.Differs => "differs",
        _ => "notComputable",
    };

    private static string Id(NodeId? node) => node?.ToString() ?? "?";

    private static string Ids(IEnumerable<NodeId> nodes) => string.Join(' ', nodes);

    private static string Count(int count, string one, string? several = null) => $"{count} {(count == 1 ? one : several ?? one + "s")}";

    /// <summary>A name is anything its buyer wrote: it stays on its line.</summary>
    private static string OneLine(string text) => string.Concat(text.Select(letter => char.IsControl(letter) || letter is '\u2028' or '\u2029' ? '\ufffd' : letter));
}
