using Skale.Contracts;

namespace Skale.Scheduler.Domain;

/// <summary>What becomes of requests about chains that run.</summary>
internal static class OperatorDecider
{
    public static IEnumerable<object> Rotate(Network network, ChainRotationRequested e, DateTimeOffset now)
    {
        var chain = network.Chains.GetValueOrDefault(e.Chain);
        if (chain is not null && RequestDecider.Stale(e, $"chain '{e.Chain}'", e.IfVersion, chain.Version, now) is { } stale)
        {
            return [stale];
        }

        return Rotation.Refusal(network, chain, e.Chain, e.Node) is { } refusal
            ? [new RequestRefused(e.Request, chain is null ? RefusalCause.NotFound : RefusalCause.Conflict, refusal, now)]
            : [Rotation.Queue(network, chain!, e.Node, $"{e.Request:D}", now)];
    }

    public static IEnumerable<object> Resize(Network network, ChainResizeRequested e, DateTimeOffset now)
    {
        var chain = network.Chains.GetValueOrDefault(e.Chain);
        if (chain is not null && RequestDecider.Stale(e, $"chain '{e.Chain}'", e.IfVersion, chain.Version, now) is { } stale)
        {
            return [stale];
        }

        return Domain.Resize.Refusal(network, chain, e) is (var cause, var reason) ? [new RequestRefused(e.Request, cause, reason, now)]
            : chain!.Slices == e.Slices ? []
            : Domain.Resize.Begin(network, chain, e.Slices, now);
    }

    public static IEnumerable<object> ChangeImage(Network network, ChainImageRequested e, DateTimeOffset now)
    {
        var chain = network.Chains.GetValueOrDefault(e.Chain);
        if (chain is not null && RequestDecider.Stale(e, $"chain '{e.Chain}'", e.IfVersion, chain.Version, now) is { } stale)
        {
            return [stale];
        }

        return Rollout.Refusal(network, chain, e) is (var cause, var reason) ? [new RequestRefused(e.Request, cause, reason, now)] : [Rollout.Begin(network, chain!, e, now)];
    }
}
