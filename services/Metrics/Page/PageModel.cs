using System.Text.Json;
using Skale.Metrics.Api;
using Skale.Metrics.Domain;

namespace Skale.Metrics.Page;

/// <summary>One reservation in a node's bar.</summary>
/// <param name="At">Slices before it in the bar.</param>
/// <param name="Hue">Of its chain, in degrees.</param>
public sealed record BarSlices(string Chain, int At, int Slices, int Hue, string Condition);

/// <summary>A node's bar.</summary>
public sealed record BarModel(NodeView Node, IReadOnlyList<BarSlices> Slices);

/// <summary>What the page shows at one moment, in pieces and in order.</summary>
public sealed record PageModel(string Network, IReadOnlyList<PagePart> Parts)
{
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
        return new PageModel(status.Network,
        [
            PagePart.Of<StatusHead>("status", Head, JsonSerializer.Serialize(status), status),
            .. view.Nodes.Values.Select(n => Bar(view, n)),
            .. view.Chains.Values.Where(c => c.IsLive).Concat(gone).Select(c => PagePart.Of<ChainRow>($"chain-{c.Name}", Chains, c, c)),
            .. moment.Feed.Lines.Reverse().Select(l => PagePart.Of<FeedItem>($"event-{l.Position}", Feed, l, l)),
        ]);
    }

    private static PagePart Bar(NetworkView view, NodeView node)
    {
        var slices = new List<BarSlices>(node.Reservations.Count);
        var at = 0;
        foreach (var r in node.Reservations.Values)
        {
            var hue = view.Chains.TryGetValue(r.Chain, out var chain) ? chain.Hue : 0;
            slices.Add(new BarSlices(r.Chain.Value, at, r.Slices, hue, Words.Of(view.ConditionOf(node.Id, r.Chain))));
            at += r.Slices;
        }

        return PagePart.Of<NodeBar>($"node-{node.Id}", Nodes, (node, string.Join(' ', slices.Select(s => s.Condition))), new BarModel(node, slices));
    }
}
