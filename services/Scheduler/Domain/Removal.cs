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

        return
        [
            .. chain.Members.Values.Where(m => m.Phase == MemberPhase.Reserved)
                .Select(m => new SlicesReleased(m.Node, chain.Name, chain.Slices, m.Slot, now)),
            .. chain.Members.Values.Where(m => m.HasOrder)
                .Select(m => new SubnodeRemovalOrdered(m.Node, chain.Name, network.Nodes[m.Node].Generation + 1, now)),
        ];
    }
}
