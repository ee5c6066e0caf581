using Skale.Contracts;

namespace Skale.Scheduler.Domain;

/// <summary>Rotations that nothing forces: on demand, and when their time has come. They wait in a queue and are replacements like any other.</summary>
internal static class Rotation
{
    /// <param name="node">Which member; null when any, to be drawn.</param>
    public static RotationQueued Queue(Network network, Chain chain, NodeId? node, string request, DateTimeOffset now)
    {
        var (drawn, evidence) = node is null ? ChainDraw.Member(network, chain) : default;
        return new(chain.Name, node ?? drawn, ReplacementReason.Requested, request, evidence, now);
    }

    /// <summary>What time asks of a chain that the scheduler placed.</summary>
    public static IReadOnlyList<object> Proceed(Network network, Chain chain, DateTimeOffset now)
    {
        if (chain.RotationDue <= now)
        {
            var (node, evidence) = ChainDraw.Member(network, chain);
            return [new RotationQueued(chain.Name, node, ReplacementReason.Scheduled, null, evidence, now)];
        }

        return network.Policy.Replacement?.Rotation is { } interval
            && chain is { Told: null, Phase: ChainPhase.Active, RotationDue: null, Underway: null } && !chain.Demands.Exists(d => d.RequestId is null)
            ? [ChainDraw.Time(network, chain, interval, now)]
            : [];
    }

    /// <summary>Why the chain is not rotated on demand; null when it is.</summary>
    public static string? Refusal(Network network, Chain? chain, ChainName name, NodeId? member) => chain switch
    {
        null or { HasGroup: false } => $"chain '{name}' does not run here",
        { Told: not null } => $"the contract chose the nodes of chain '{name}': only the contract rotates it",
        _ when member is { } node && !chain.Group.Contains(node) => $"node {node} is no member of chain '{name}'; its members are {string.Join(", ", chain.Group)}",
        _ when network.Policy.Replacement is null => "this scheduler's policy replaces no members",
        _ => null,
    };
}
