using System.Text;
using Skale.Contracts;
using Skale.Ethereum;
using Skale.Hosting;
using Skale.Scheduler.Domain;
using Keyed = Microsoft.Extensions.DependencyInjection.FromKeyedServicesAttribute;
using Log = Skale.Hosting.LogService<Skale.Scheduler.Domain.Network>;

namespace Skale.Scheduler.Api;

/// <summary>The HTTP API under <c>/v1</c>: what operators may ask of the scheduler, and how things stand. docs/scheduler-api.md shows it.</summary>
internal static class SchedulerApi
{
    public const string PlanPath = "/v1/plan";
    private const int MostPerPage = 1000;

    public static void Map(IEndpointRouteBuilder app)
    {
        var api = app.MapGroup("/v1").AddEndpointFilter<Access>().AddEndpointFilter(WhenBad).WithTags("scheduler")
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(503);
        api.MapPost("/chains", Create).Accepts<CreateChain>("application/json").Changes("createChain", "Create a chain without a contract");
        api.MapGet("/chains", Chains).Produces<Page<ChainAnswer>>().Named("listChains", "Chains by name");
        api.MapGet("/chains/{name}", Chain).Produces<ChainAnswer>().Produces(304).ProducesProblem(404).Named("getChain", "One chain; ETag is its version");
        api.MapDelete("/chains/{name}", Delete).ProducesProblem(404).ProducesProblem(412).Changes("removeChain", "Remove a chain that was created here, and its data");
        api.MapGet("/nodes", Nodes).Produces<Page<NodeAnswer>>().Named("listNodes", "Nodes by id");
        api.MapGet("/nodes/{id:long}", Node).Produces<NodeAnswer>().Produces(304).ProducesProblem(404).Named("getNode", "One node; ETag is its version");
        api.MapPost("/nodes/{id:long}/maintenance", Maintain).Accepts<SetMaintenance>("application/json").ProducesProblem(404).ProducesProblem(412)
            .Changes("setMaintenance", "Keep new chains from a node, or let them come again");
        OperatorApi.Map(api);
        JoinApi.Map(api);
        api.MapPost("/plan", PlanApi.Ask).Accepts<AskPlan>("application/json").Produces<PlanAnswer>().Named("plan", "What would happen, without doing it");
        api.MapGet("/operations/{id:guid}", Operation).Produces<OperationAnswer>().ProducesProblem(404).Named("getOperation", "How far a request is");
    }

    /// <summary>The request that a body asks for.</summary>
    public static ChainRequested Requested(CreateChain e, Guid id, string digest, DateTimeOffset now) => (e.Profile is null) == (e.Type is null)
        ? throw new BadRequestException("Give exactly one of profile and type.")
        : string.IsNullOrWhiteSpace(e.Owner) || e.Owner.Any(char.IsControl) ? throw new BadRequestException("owner is empty or has control characters.")
        : new(id, digest, new(e.Name), $"0x{Convert.ToHexStringLower(Keccak.Hash(Encoding.UTF8.GetBytes(e.Name)))}", e.Owner, e.Profile, e.Type?.Slices, e.Type?.GroupSize, now);

    private static async Task<IResult> Create(HttpContext http, [Keyed(SchedulerSetup.Name)] Log log, TimeProvider clock)
    {
        var sent = await Sent.Of(http);
        return await sent.Record(log, Requested(sent.Read<CreateChain>(), sent.Id, sent.Digest, clock.GetUtcNow()), http);
    }

    private static async Task<IResult> Delete(string name, HttpContext http, [Keyed(SchedulerSetup.Name)] Log log, TimeProvider clock)
    {
        var sent = await Sent.Of(http);
        return await sent.Record(log, new ChainRemovalRequested(sent.Id, sent.Digest, new(name), sent.Version, clock.GetUtcNow()), http);
    }

    private static async Task<IResult> Maintain(long id, HttpContext http, [Keyed(SchedulerSetup.Name)] Log log, TimeProvider clock)
    {
        var sent = await Sent.Of(http);
        return await sent.Record(log, new NodeHoldRequested(sent.Id, sent.Digest, new(id), sent.Read<SetMaintenance>().InMaintenance, sent.Version, clock.GetUtcNow()), http);
    }

    private static async Task<IResult> Chains([Keyed(SchedulerSetup.Name)] Log log, string? after = null, int limit = 100)
    {
        var chains = await log.Read(n => n.Chains.Values.ToArray());
        return Paged(chains.Where(c => after is null || string.CompareOrdinal(c.Name.Value, after) > 0).OrderBy(c => c.Name), limit, Answering.Of, c => c.Name.Value);
    }

    private static async Task<IResult> Nodes([Keyed(SchedulerSetup.Name)] Log log, long after = -1, int limit = 100) =>
        Paged((await log.Read(n => n.Nodes.Values.ToArray())).Where(n => n.Id.Value > after), limit, Answering.Of, n => $"{n.Id}");

    private static async Task<IResult> Chain(string name, HttpContext http, [Keyed(SchedulerSetup.Name)] Log log) =>
        await log.Read(n => n.Chains.GetValueOrDefault(new(name))) is { } chain ? Versioned(http, chain.Version, Answering.Of(chain)) : Problems.NotFound($"There is no chain '{name}'.");

    private static async Task<IResult> Node(long id, HttpContext http, [Keyed(SchedulerSetup.Name)] Log log) =>
        await log.Read(n => n.Nodes.GetValueOrDefault(new(id))) is { } node ? Versioned(http, node.Version, Answering.Of(node)) : Problems.NotFound($"There is no node {id}.");

    private static async Task<IResult> Operation(Guid id, [Keyed(SchedulerSetup.Name)] Log log) =>
        await log.Read(n => n.Requests.TryGetValue(id, out var r) ? Answering.Of(n, r) : null) is { } answer ? Results.Json(answer, Sent.Json) : Problems.NotFound($"There is no operation {id}.");

    private static IResult Versioned<T>(HttpContext http, long version, T answer)
    {
        var tag = $"\"{version}\"";
        http.Response.Headers.ETag = tag;
        return http.Request.Headers.IfNoneMatch.ToString().Split(',', StringSplitOptions.TrimEntries).Any(t => t == tag || t == $"W/{tag}" || t == "*")
            ? Results.StatusCode(StatusCodes.Status304NotModified)
            : Results.Json(answer, Sent.Json);
    }

    private static IResult Paged<T, TAnswer>(IEnumerable<T> found, int limit, Func<T, TAnswer> answer, Func<T, string> key)
    {
        if (limit is < 1 or > MostPerPage)
        {
            return Problems.BadRequest($"limit is {limit}; allowed are 1 to {MostPerPage}.");
        }

        var page = found.Take(limit + 1).ToArray();
        return Results.Json(new Page<TAnswer>([.. page.Take(limit).Select(answer)], page.Length > limit ? key(page[limit - 1]) : null), Sent.Json);
    }

    internal static RouteHandlerBuilder Named(this RouteHandlerBuilder route, string name, string summary) => route.WithName(name).WithSummary(summary);

    /// <summary>Recorded, answered with 202, and followed at its operation.</summary>
    internal static RouteHandlerBuilder Changes(this RouteHandlerBuilder route, string name, string summary) =>
        route.Named(name, summary).Produces<AcceptedAnswer>(202).ProducesProblem(409).ProducesProblem(422);

    private static async ValueTask<object?> WhenBad(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (BadRequestException e)
        {
            return Problems.BadRequest(e.Message);
        }
    }
}
