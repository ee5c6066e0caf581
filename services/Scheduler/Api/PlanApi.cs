using Skale.Contracts;
using Skale.EventStore;
using Skale.Scheduler.Domain;

namespace Skale.Scheduler.Api;

/// <summary>POST /v1/plan.</summary>
internal static class PlanApi
{
    private const int MostSteps = 1000;

    public static async Task<IResult> Ask(HttpContext http, [FromKeyedServices(SchedulerSetup.Name)] Hosting.LogService<Network> log, TimeProvider clock)
    {
        var asked = (await Sent.Of(http)).Read<AskPlan>().Steps;
        if (asked.Count is 0 or > MostSteps)
        {
            throw new BadRequestException($"The plan has {asked.Count} steps; allowed are 1 to {MostSteps}.");
        }

        var now = clock.GetUtcNow();
        PlanStep[] steps = [.. asked.Select(s => s.Do == "create" ? s with { Key = s.Key ?? $"{Guid.NewGuid():D}" } : s)];
        var whatIfs = steps.Select((s, i) => Of(s, i + 1, now)).ToArray();
        try
        {
            var planned = await log.Read(n => Plan.Of(n, whatIfs, now));
            return Results.Json(new PlanAnswer(planned.Position, ValidWhile(planned.Position), [.. planned.Steps.Select((p, i) => Answer(steps[i], p))]), Sent.Json);
        }
        catch (ImpossibleInputException e)
        {
            throw new BadRequestException(e.Message);
        }
    }

    private static WhatIf Of(PlanStep s, int number, DateTimeOffset now) => s.Do switch
    {
        "create" => new WhatIf.Asked(SchedulerApi.Requested(new CreateChain(Needed(s.Name, "name"), Needed(s.Owner, "owner"), s.Profile, s.Type), Sent.IdOf(s.Key!), "", now)),
        "remove" => new WhatIf.Remove(Chain(s)),
        "resize" => new WhatIf.Asked(new ChainResizeRequested(Guid.NewGuid(), "", Chain(s), s.Slices ?? throw Missing("slices"), null, now)),
        "rotate" => new WhatIf.Asked(new ChainRotationRequested(Guid.NewGuid(), "", Chain(s), s.Node is null ? null : NodeOf(s, number), null, now)),
        "image" => new WhatIf.Asked(new ChainImageRequested(Guid.NewGuid(), "", Chain(s), Needed(s.Image, "image"), null, now)),
        "drain" => new WhatIf.Asked(new NodeDrainRequested(Guid.NewGuid(), "", NodeOf(s, number), s.Drain ?? true, null, now)),
        "nodeExit" => new WhatIf.NodeExit(NodeOf(s, number)),
        "nodeAdded" => new WhatIf.NodeAdded(NodeOf(s, number), Needed(s.Owner, "owner"), s.Machine ?? throw Missing("machine")),
        _ => throw new BadRequestException($"Step {number} does '{s.Do}'; there are: create, remove, resize, rotate, image, drain, nodeExit, nodeAdded."),
    };

    private static NodeId NodeOf(PlanStep s, int number) => s.Node is >= 0 and var id ? new(id) : throw new BadRequestException($"Step {number} ({s.Do}) needs node, its index in the contract's registry.");

    private static ChainName Chain(PlanStep s) => new(Needed(s.Name, "name"));

    private static string Needed(string? value, string name) => value ?? throw Missing(name);

    private static BadRequestException Missing(string name) => new($"A step lacks {name}.");

    private static string ValidWhile(long position) =>
        $"Step 1 comes out like this if it is the next input behind position {position}; a create with the same Idempotency-Key. Anything recorded before it may change the candidates, "
        + "and changes the position that the draw is seeded with. Later steps also take it that agents did as told meanwhile.";

    private static PlanStepAnswer Answer(PlanStep s, PlannedStep p)
    {
        var refused = p.Events.Select(e => e switch
        {
            RequestRefused x => x.Reason,
            CreationRefused x => $"chain {x.Chain}: {x.Reason}",
            RotationRefused x => $"chain {x.Chain}: {x.Reason}",
            FactWithoutEffect x => x.Reason,
            _ => null,
        }).OfType<string>().ToArray();
        var waiting = p.Events.Select(e => e switch
        {
            CreationDeferred x => $"chain {x.Chain}: {x.Reason}",
            ReplacementDeferred x => $"chain {x.Chain}: node {x.OldNode} cannot be replaced: {x.Why}",
            _ => null,
        }).Append(p.Unfinished).OfType<string>().ToArray();
        return new PlanStepAnswer(
            s.Do, s.Name ?? $"node {s.Node}", p.Exact, refused.Length > 0 ? "refused" : waiting.Length > 0 ? "waits" : p.Events.Any(e => e is not IRequest) ? "done" : "nothing",
            refused.Length + waiting.Length > 0 ? string.Join("; ", refused.Concat(waiting)) : null, s.Key,
            [.. p.Events.OfType<GroupChosen>().Select(e => new PlacedAnswer(e.Chain.Value, [.. e.Group.Select(n => n.Value)], e.Evidence))],
            [.. p.Events.SelectMany(StoredEvents.NodeByNode).OfType<SlicesReserved>().Select(e => new SlicesAnswer(e.Node.Value, e.Chain.Value, e.Slices, e.Slot))],
            [.. p.Events.OfType<SlicesReleased>().Select(e => new SlicesAnswer(e.Node.Value, e.Chain.Value, e.Slices, e.Slot))],
            [.. p.Events.OfType<ReplacementStarted>().Select(e => new ReplacedAnswer(e.Chain.Value, e.OldNode.Value, e.NewNode.Value, Answering.Word(e.Reason), e.Evidence))],
            [.. p.Events.OfType<SlicesResized>().Select(e => new ResizedAnswer(e.Node.Value, e.Chain.Value, e.Before, e.After))],
            [.. p.Events.OfType<ImageOrdered>().Select(e => new ImageAnswer(e.Node.Value, e.Chain.Value, e.Subnode.Image))],
            [.. p.Events.Select(e => StoredEvents.Types.Stored[e.GetType()])]);
    }
}
