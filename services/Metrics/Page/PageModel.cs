using System.Text.Json;
using Skale.Metrics.Api;
using Skale.Metrics.Domain;

namespace Skale.Metrics.Page;

/// <summary>One reservation in a node's bar.</summary>
/// <param name="At">Slices before it in the bar.</param>
/// <param name="Colour">Of its chain, as style variables.</param>
public sealed record BarSlices(string Chain, int At, int Slices, string Colour, string Condition);

/// <summary>A node's bar.</summary>
public sealed record BarModel(NodeView Node, IReadOnlyList<BarSlices> Slices);

/// <summary>What the page shows at one moment, in pieces and in order.</summary>
public sealed record PageModel(string Network, long Position, IReadOnlyList<PagePart> Parts)
{
    public const string Status = "status";
    public const string Head = "head";
    public const string Nodes = "nodes";
    public const string Chains = "chains";
    public const string Feed = "feed";

    /// <summary>Chains that are gone or refused stay in sight, the latest of them.</summary>
    private const int MostGone = 20;

    public static PageModel Of(Moment moment, StatusAnswer status)
    {
        var view = moment.View;
        var gone = view.Chains.Values.Where(c => !c.IsLive).OrderByDescending(c => c.Since).Take(MostGone);
        return new PageModel(status.Network, view.Position,
        [
            PagePart.Of<StatusHead>(Status, Head, JsonSerializer.Serialize(status), status),
            .. view.Nodes.Values.Select(n => Bar(view, n)),
            .. view.Chains.Values.Where(c => c.IsLive).Concat(gone).Select(c => PagePart.Of<ChainRow>($"chain-{c.Name}", Chains, c, c)),
            .. moment.Feed.Lines.Reverse().Select(l => PagePart.Of<FeedItem>($"event-{l.Position}", Feed, l, l)),
        ]);
    }

    /// <summary>Hue and shade of a chain for the style sheet, which knows what is light and what is dark.</summary>
    public static string ColourOf(ChainView? chain) => $"--h:{chain?.Hue ?? 0};--v:{chain?.Shade ?? 0}";

    private static PagePart Bar(NetworkView view, NodeView node)
    {
        var slices = new List<BarSlices>(node.Reservations.Count);
        var at = 0;
        foreach (var r in node.Reservations.Values)
        {
            slices.Add(new BarSlices(r.Chain.Value, at, r.Slices, ColourOf(view.Chains.GetValueOrDefault(r.Chain)), Words.Of(view.ConditionOf(node.Id, r.Chain))));
            at += r.Slices;
        }

        return PagePart.Of<NodeBar>($"node-{node.Id}", Nodes, (node, string.Join(' ', slices.Select(s => s.Condition))), new BarModel(node, slices));
    }
}
