using System.Text.Json;
using Skale.Contracts;
using Skale.Hosting;
using Skale.Metrics.Domain;

namespace Skale.Metrics.Api;

/// <summary>The HTTP API under <c>/api</c>: JSON, camelCase, read only. docs/http-api.md shows it.</summary>
internal static class ReadApi
{
    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private const int MostPerAnswer = 1000;
    private const int MostNamed = 20;

    public static void Map(IEndpointRouteBuilder app)
    {
        var api = app.MapGroup("/api").AddEndpointFilter(WhenNotOpen);
        api.MapGet("/status", (StatusReading status) => Answer(status.Read()));
        api.MapGet("/nodes", (Projection p) => p.Now.View is var view ? Answer(view.Nodes.Values.Select(n => Answering.Of(view, n))) : null);
        api.MapGet("/nodes/{id}", Node);
        api.MapGet("/chains", (Projection p) => Answer(p.Now.View.Chains.Values.Select(Answering.Of)));
        api.MapGet("/chains/{name}", Chain);
        api.MapGet("/history/node/{id}", NodeHistory);
        api.MapGet("/history/chain/{name}", ChainHistory);
        api.MapGet("/events", Events);
        api.MapGet("/events/stream", EventStream.Run);
    }

    private static IResult Node(string id, Projection p) => p.Now.View is var view && long.TryParse(id, out var number) && view.Nodes.TryGetValue(new NodeId(number), out var node)
        ? Answer(Answering.Of(view, node))
        : NoNode(id, view);

    private static IResult Chain(string name, Projection p) => p.Now.View is var view && view.Chains.TryGetValue(Asked(name, view), out var chain)
        ? Answer(Answering.Of(chain))
        : NoChain(name, view);

    private static async Task<IResult> NodeHistory(string id, Projection p, LogReading log, CancellationToken cancellation)
    {
        var view = p.Now.View;
        var positions = long.TryParse(id, out var number) ? p.HistoryOf(new NodeId(number)) : [];
        return positions.Count > 0 ? Answer(await History($"node {number}", view.Position, positions, log, cancellation)) : NoNode(id, view);
    }

    private static async Task<IResult> ChainHistory(string name, Projection p, LogReading log, CancellationToken cancellation)
    {
        var view = p.Now.View;
        var chain = Asked(name, view);
        var positions = p.HistoryOf(chain);
        return positions.Count > 0 ? Answer(await History($"chain {chain}", view.Position, positions, log, cancellation)) : NoChain(name, view);
    }

    private static async Task<HistoryAnswer> History(string subject, long position, IReadOnlyList<long> positions, LogReading log, CancellationToken cancellation) =>
        new(subject, position, [.. (await log.At(positions, cancellation)).Select(Answering.Of)]);

    private static async Task<IResult> Events(Projection p, LogReading log, CancellationToken cancellation, long? after = null, int limit = 100)
    {
        if (limit is < 1 or > MostPerAnswer || after < 0)
        {
            return Results.Problem($"limit is {limit} and after is {after?.ToString() ?? "not given"}; allowed are a limit of 1 to {MostPerAnswer} and positions from 0.", statusCode: 400, title: "Bad range");
        }

        return Answer((await log.After(after ?? Math.Max(0, p.Now.View.Position - limit), limit, cancellation)).Select(Answering.Of));
    }

    private static IResult Answer<T>(T answer) => Results.Json(answer, Json);

    /// <summary>A name may hold a slash, the one character that a path leaves as it was escaped.</summary>
    private static ChainName Asked(string name, NetworkView view) =>
        view.Chains.ContainsKey(new ChainName(name)) ? new ChainName(name) : new ChainName(name.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase));

    private static IResult NoNode(string id, NetworkView view) => Missing("node", id, view.Nodes.Keys.Select(n => $"{n}").ToArray());

    private static IResult NoChain(string name, NetworkView view) => Missing("chain", name, view.Chains.Keys.Select(c => c.Value).ToArray());

    private static IResult Missing(string noun, string asked, string[] known)
    {
        var there = known.Length switch
        {
            0 => $"There are no {noun}s yet.",
            > MostNamed => $"There are {known.Length} {noun}s, such as: {string.Join(", ", known.Take(MostNamed))}.",
            _ => $"There are: {string.Join(", ", known)}.",
        };
        return Results.Problem($"There is no {noun} '{asked}'. {there}", statusCode: 404, title: $"No such {noun}", extensions: new Dictionary<string, object?> { ["known"] = known.Take(MostNamed) });
    }

    private static async ValueTask<object?> WhenNotOpen(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (Exception e) when (e is LogNotOpenException || LogStore.MayPass(e))
        {
            return Results.Problem(e.Message, statusCode: 503, title: "The log cannot be read right now");
        }
    }
}
