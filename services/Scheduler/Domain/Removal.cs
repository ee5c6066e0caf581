namespace Skale.Scheduler.Domain;

/// <summary>The saga that ends a deleted chain: every agent destroys its subnode and says so, then nothing is left.</summary>
internal static class Removal
{
    public static IReadOnlyList<object> Proceed(Network network, Chain chain, DateTimeOffset now)
    {
        if (chain.Members.IsEmpty)
        {
            return [new RemovalCompleted(chain.Name, now)];
        }

        return Of(network, chain, [.. chain.Members.Values], now);
    }

    /// <summary>Of who was replaced, and of newcomers that are not to come after all.</summary>
    public static IReadOnlyList<object> OfFormerMembers(Network network, Chain chain, DateTimeOffset now) =>
        chain.Members.Count == chain.Group.Length + (chain.Underway is null ? 0 : 1)
            ? []
            : Of(network, chain, [.. chain.Members.Values.Where(m => m.Node != chain.Underway?.New && !chain.Group.Contains(m.Node))], now);

    private static IReadOnlyList<object> Of(Network network, Chain chain, Member[] members, DateTimeOffset now) =>
    [
        .. members.Where(m => m.Phase == MemberPhase.Reserved).Select(m => new SlicesReleased(m.Node, chain.Name, network.Nodes[m.Node].Reservations[chain.Name].Slices, m.Slot, now)),
        .. members.Where(m => m.HasOrder).Select(m => new SubnodeRemovalOrdered(m.Node, chain.Name, network.Nodes[m.Node].Generation + 1, now)),
    ];
}
