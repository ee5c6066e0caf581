using Skale.Contracts;

namespace Skale.ChainWatcher.Domain.Manager;

/// <summary>What facts about nodes make of the state.</summary>
internal static class NodeFold
{
    public static void Evolve(ManagerState state, IFact fact)
    {
        var now = fact.Origin.BlockTime.ToUnixTimeSeconds();
        switch (fact)
        {
            case NodeRegistered e:
                state.NodesById[e.Node] = new ManagedNode(e);
                break;
            case NodeExitStarted e when state.NodesById.TryGetValue(e.Node, out var node):
                node.Status = NodeStatus.Leaving;
                foreach (var chain in node.Slots.Chains.OfType<string>().Select(hash => state.ChainsByHash.GetValueOrDefault(hash)).OfType<ManagedChain>())
                {
                    Freeze(state, chain, e.Node, now);
                }

                break;
            case NodeExitCompleted e when state.NodesById.TryGetValue(e.Node, out var node):
                (node.Status, node.FreeUnits) = (NodeStatus.Left, 0);
                node.FinishTime = state.LastRotationTransaction == e.Origin.TransactionHash ? state.AfterRotationDelay(now) : now;
                break;
            case NodeMaintenanceChanged e when state.NodesById.TryGetValue(e.Node, out var node):
                node.Status = e.InMaintenance ? NodeStatus.InMaintenance : NodeStatus.Active;
                break;
            case NodeComplianceChanged e when state.NodesById.TryGetValue(e.Node, out var node):
                node.Compliant = e.Compliant;
                break;
            case NodeAddressChanged e when state.NodesById.TryGetValue(e.Node, out var node):
                (node.Ip, node.PublicIp, node.IpChangedAt) = (e.NewIp, null, now);
                break;
        }
    }

    /// <summary>A chain that is not frozen is, from now, for the node that leaves.</summary>
    public static void Freeze(ManagerState state, ManagedChain chain, NodeId leaver, long now)
    {
        if (chain.Rotation.FreezeUntil < now)
        {
            chain.Rotation = chain.Rotation with { OldNode = leaver.Value, FreezeUntil = state.AfterRotationDelay(now) };
        }
    }
}
