using System.Globalization;
using Skale.Contracts;

namespace Skale.Metrics.Domain;

/// <summary>Which nodes and chains an event concerns.</summary>
public static class Subjects
{
    private const string ChainStream = "chain-";
    private const string NodeStream = "node-";

    public static (IReadOnlyCollection<NodeId> Nodes, IReadOnlyCollection<ChainName> Chains) Of(NetworkView before, Recorded e) => e.Content switch
    {
        NodeRegistered x => ([x.Node], []),
        NodeExitStarted x => ([x.Node], []),
        NodeExitCompleted x => ([x.Node], []),
        NodeMaintenanceChanged x => ([x.Node], []),
        NodeComplianceChanged x => ([x.Node], []),
        NodeAddressChanged x => ([x.Node], []),
        NodeEnrolled x => ([x.Node], [.. HeldBy(before, x.Node).Union(x.Subnodes.Select(s => s.Chain))]),
        AssignmentRequested x => ([x.Node], []),
        AssignmentIssued x => ([x.Node], [.. x.Subnodes.Select(s => s.Chain).Union(x.Removals)]),
        SlicesReserved x => ([x.Node], [x.Chain]),
        SlicesReleased x => ([x.Node], [x.Chain]),
        SubnodeOrdered x => ([x.Node], [x.Chain]),
        SubnodeRemovalOrdered x => ([x.Node], [x.Chain]),
        SubnodeStarted x => ([x.Node], [x.Chain]),
        SubnodeFailed x => ([x.Node], [x.Chain]),
        SubnodeRemoved x => ([x.Node], [x.Chain]),
        ServiceDegraded x => ([x.Node], [x.Chain]),
        GroupChosen x => ([.. x.Group.Distinct()], [x.Chain]),
        ContractGroupDiffers x => ([.. x.Group.Union(x.Computed)], [x.Chain]),
        ChainBought x => ([], [x.Chain]),
        ChainDeleted x => ([], [x.Chain]),
        CreationDeferred x => ([], [x.Chain]),
        CreationRefused x => ([], [x.Chain]),
        CreationCompleted x => ([], [x.Chain]),
        ServiceRestored x => ([], [x.Chain]),
        RemovalCompleted x => ([], [x.Chain]),
        NodeReset x => ([x.Node], []),
        PurchaseUndone x => ([], [x.Chain]),
        DeletionUndone x => (x.DataLostOn, [x.Chain]),
        GroupUndone x => (x.DataLostOn, [x.Chain]),
        CreationRepeated x => ([], [x.Chain]),
        _ => OfStream(e.Stored.Stream),
    };

    private static IEnumerable<ChainName> HeldBy(NetworkView before, NodeId node) =>
        before.Nodes.TryGetValue(node, out var known) ? known.Reservations.Values.Select(r => r.Chain) : [];

    private static (IReadOnlyCollection<NodeId> Nodes, IReadOnlyCollection<ChainName> Chains) OfStream(string stream) => stream switch
    {
        _ when stream.StartsWith(ChainStream, StringComparison.Ordinal) => ([], [new ChainName(stream[ChainStream.Length..])]),
        _ when stream.StartsWith(NodeStream, StringComparison.Ordinal)
            && long.TryParse(stream.AsSpan(NodeStream.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var id) => ([new NodeId(id)], []),
        _ => ([], []),
    };
}
