using Skale.Contracts;

namespace Skale.Scheduler.Domain;

/// <summary>The group of a chain as the contract names it, fact by fact.</summary>
internal static class ContractGroup
{
    /// <summary>As first named; null when the scheduler is to choose.</summary>
    public static IReadOnlyList<Seat>? Of(ChainBought e) => e.Group?.Select(n => new Seat(n, e.Origin.Number, null)).ToArray();

    /// <summary>As it is after a rotation, or why that is not known. A rotation that was told before changes nothing.</summary>
    public static (IReadOnlyList<Seat>? Told, string? Fault) After(Chain chain, ChainRotated e) => chain.Told is not { } told
        ? (null, "the scheduler placed it, so the contract has no group of its to rotate")
        : e.Counter <= chain.RotationCounter ? (told, null)
        : e.Group is { } group ? Named(told, e, group)
        : e.OldNode is { } old ? Swapped(told, e, old)
        : e.NewNode is { } joined && told.Count(s => s.Node is null) == 1 ? Put(told, told.ToList().FindIndex(s => s.Node is null), joined, e)
        : (null, "neither its group nor who left is known");

    private static (IReadOnlyList<Seat>?, string?) Named(IReadOnlyList<Seat> told, ChainRotated e, IReadOnlyList<NodeId> group)
    {
        NodeId?[] named = [.. group.Select((n, i) => e.Holes?.Contains(i) == true ? null : (NodeId?)n)];
        if (named.Length != told.Count)
        {
            return (null, $"the contract names {named.Length} places for a group of {told.Count}");
        }

        var present = named.OfType<NodeId>().ToArray();
        return present.Distinct().Count() != present.Length
            ? (null, $"the contract names a node twice: {string.Join(' ', present)}")
            : ([.. told.Select((seat, i) => seat.Node == named[i] ? seat : new Seat(named[i], e.Origin.Number, null))], null);
    }

    private static (IReadOnlyList<Seat>?, string?) Swapped(IReadOnlyList<Seat> told, ChainRotated e, NodeId old)
    {
        var seat = told.ToList().FindIndex(s => s.Node == old);
        return seat >= 0 ? Put(told, seat, e.NewNode, e)
            : e.NewNode is { } joined && told.Any(s => s.Node == joined) ? (told, null)
            : (null, $"node {old}, which is said to leave, is no member as far as is known");
    }

    private static (IReadOnlyList<Seat>?, string?) Put(IReadOnlyList<Seat> told, int seat, NodeId? joined, ChainRotated e) =>
        joined is { } node && told.Any(s => s.Node == node)
            ? (null, $"node {node}, which is said to come, is a member already")
            : ([.. told.Select((s, i) => i == seat ? new Seat(joined, e.Origin.Number, null) : s)], null);
}
