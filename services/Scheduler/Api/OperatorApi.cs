using Skale.Contracts;
using Skale.Scheduler.Domain;
using Keyed = Microsoft.Extensions.DependencyInjection.FromKeyedServicesAttribute;
using Log = Skale.Hosting.LogService<Skale.Scheduler.Domain.Network>;

namespace Skale.Scheduler.Api;

/// <summary>What operators may ask of chains and nodes that run.</summary>
internal static class OperatorApi
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/chains/{name}/rotate", Rotate).Accepts<RotateChain>(isOptional: true, "application/json").ProducesProblem(404).ProducesProblem(412)
            .Changes("rotateChain", "Replace a member of a chain that the scheduler placed");
        api.MapPost("/chains/{name}/resize", Resize).Accepts<ResizeChain>("application/json").ProducesProblem(404).ProducesProblem(412)
            .Changes("resizeChain", "Give a chain that was created here more or fewer slices, while it runs");
        api.MapPost("/chains/{name}/image", Image).Accepts<ChangeImage>("application/json").ProducesProblem(404).ProducesProblem(412)
            .Changes("changeImage", "Have a chain's members run another image, one after the other");
        api.MapPost("/nodes/{id:long}/drain", Drain).Accepts<SetDrain>("application/json").ProducesProblem(404).ProducesProblem(412)
            .Changes("setDrain", "Move a node's chains to others, or let them stay");
    }

    private static async Task<IResult> Rotate(string name, HttpContext http, [Keyed(SchedulerSetup.Name)] Log log, TimeProvider clock)
    {
        var sent = await Sent.Of(http);
        var body = sent.Body.Length == 0 ? new RotateChain() : sent.Read<RotateChain>();
        return await sent.Record(log, new ChainRotationRequested(sent.Id, sent.Digest, new(name), body.Node is { } node ? new NodeId(node) : null, sent.Version, clock.GetUtcNow()), http);
    }

    private static async Task<IResult> Resize(string name, HttpContext http, [Keyed(SchedulerSetup.Name)] Log log, TimeProvider clock)
    {
        var sent = await Sent.Of(http);
        return await sent.Record(log, new ChainResizeRequested(sent.Id, sent.Digest, new(name), sent.Read<ResizeChain>().Slices, sent.Version, clock.GetUtcNow()), http);
    }

    private static async Task<IResult> Image(string name, HttpContext http, [Keyed(SchedulerSetup.Name)] Log log, TimeProvider clock)
    {
        var sent = await Sent.Of(http);
        return await sent.Record(log, new ChainImageRequested(sent.Id, sent.Digest, new(name), sent.Read<ChangeImage>().Image, sent.Version, clock.GetUtcNow()), http);
    }

    private static async Task<IResult> Drain(long id, HttpContext http, [Keyed(SchedulerSetup.Name)] Log log, TimeProvider clock)
    {
        var sent = await Sent.Of(http);
        return await sent.Record(log, new NodeDrainRequested(sent.Id, sent.Digest, new(id), sent.Read<SetDrain>().Drain, sent.Version, clock.GetUtcNow()), http);
    }
}
