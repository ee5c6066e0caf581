namespace Skale.SkaleManager;

public sealed partial class PlacementBooks
{
    /// <summary>NodeCreated: all its units are free. The contract numbers nodes 0, 1, 2 ...</summary>
    public void AddNode(int node)
    {
        if (node != nodes.Count)
        {
            throw new PlacementException($"Node {node} cannot be added: the books know {nodes.Count} nodes, so the next is {nodes.Count}.");
        }

        nodes.Add(new NodeEntry { FreeUnits = UnitsPerNode, Compliant = true, Position = NodeEntry.Hidden, Slots = new NodeSlots(owner) });
        Show(node);
    }

    /// <summary>MaintenanceNode: in maintenance a node keeps its chains and is not drawn.</summary>
    public void SetMaintenance(int node, bool inMaintenance) => Stand(
        node, from: inMaintenance ? NodeStanding.Active : NodeStanding.InMaintenance, to: inMaintenance ? NodeStanding.InMaintenance : NodeStanding.Active);

    /// <summary>IncompliantNode. Saying it again changes nothing.</summary>
    public void SetCompliance(int node, bool compliant)
    {
        nodes.Write(Known(node)).Compliant = compliant;
        HideOrShow(node);
    }

    /// <summary>ExitInitialized: the node keeps its chains until each is moved.</summary>
    public void BeginExit(int node) => Stand(node, from: NodeStanding.Active, to: NodeStanding.Leaving);

    /// <summary>ExitCompleted: the node serves no chain any more; chains that it had failed forget it.</summary>
    public void CompleteExit(int node)
    {
        if (NextToLeave(node) is { } chain)
        {
            throw new PlacementException($"Node {node} cannot have left: it serves chain {chain}.");
        }

        Stand(node, from: NodeStanding.Leaving, to: NodeStanding.Left);
        nodes.Write(node).FreeUnits = 0;
        Changed?.Invoke(node);
        foreach (var failed in nodes[node].Slots.Barred)
        {
            if (chains.Find(failed) is { } account)
            {
                chains.Set(account with { Exceptions = Drop(account.Exceptions, node) });
            }
        }

        WriteSlots(node).Unbar();
    }

    private void Stand(int node, NodeStanding from, NodeStanding to)
    {
        var standing = nodes[Known(node)].Standing;
        if (standing != from)
        {
            throw new PlacementException($"Node {node} cannot become {to}: it is {standing}, not {from}.");
        }

        nodes.Write(node).Standing = to;
        HideOrShow(node);
    }

    private void HideOrShow(int node)
    {
        if (nodes[node].Account.MayBeVisible)
        {
            Show(node);
        }
        else
        {
            Hide(node);
        }
    }
}
