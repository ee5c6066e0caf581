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
        SubnodesOrdered x => ([.. x.Orders.Select(o => o.Node)], [x.Chain]),
        PeersOrdered x => ([x.Node], [x.Chain]),
        SubnodeRemovalOrdered x => ([x.Node], [x.Chain]),
        SubnodeStarted x => ([x.Node], [x.Chain]),
        SubnodeFailed x => ([x.Node], [x.Chain]),
        SubnodeRemoved x => ([x.Node], [x.Chain]),
        BackupTaken x => ([x.Node], [x.Chain]),
        DataRestored x => ([x.Node], [x.Chain]),
        DataWiped x => ([x.Node], [x.Chain]),
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
        ChainRequested x => ([], [x.Chain]),
        ChainRemovalRequested x => ([], [x.Chain]),
        ChainAdmitted x => ([], [x.Chain]),
        RemovalStarted x => ([], [x.Chain]),
        ExpiryNear x => ([], [x.Chain]),
        NodeHoldRequested x => ([x.Node], []),
        NodeHoldChanged x => ([x.Node], []),
        JoinTokenRequested x => ([x.Node], []),
        JoinTokenIssued x => ([x.Node], []),
        NodeJoinRequested x => ([x.Node], []),
        NodeJoined x => ([x.Node], []),
        SlicesResized x => ([x.Node], [x.Chain]),
        LimitsOrdered x => ([x.Node], [x.Chain]),
        ImageOrdered x => ([x.Node], [x.Chain]),
        ImageChangeFailed x => ([x.Node], [x.Chain]),
        NodeReset x => ([x.Node], []),
        MachineRefused x => ([x.Node], []),
        MachineAccepted x => ([x.Node], []),
        PurchaseUndone x => ([], [x.Chain]),
        DeletionUndone x => (x.DataLostOn, [x.Chain]),
        GroupUndone x => (x.DataLostOn, [x.Chain]),
        CreationRepeated x => ([], [x.Chain]),
        ManagerDiffers x => OfWords(x.Subject),
        ManagerDifferenceGone x => OfWords(x.Subject),
        ReplacementStarted x => ([x.OldNode, x.NewNode], [x.Chain]),
        ReplacementCompleted x => ([x.OldNode, x.NewNode], [x.Chain]),
        ReplacementDeferred x => (Both(x.OldNode, x.NewNode), [x.Chain]),
        ReplacementFailed x => (Both(x.OldNode, x.NewNode), [x.Chain]),
        MemberAwaited x => ([x.Node], [x.Chain]),
        MemberOverdue x => ([x.Node], [x.Chain]),
        MemberRecovered x => ([x.Node], [x.Chain]),
        RotationQueued x => ([x.Node], [x.Chain]),
        DrainOverdue x => ([x.Node], x.Chains),
        _ => OfStream(e.Stored.Stream),
    };

    private static NodeId[] Both(NodeId old, NodeId? joined) => joined is { } node ? [old, node] : [old];

    private static IEnumerable<ChainName> HeldBy(NetworkView before, NodeId node) =>
        before.Nodes.TryGetValue(node, out var known) ? known.Reservations.Values.Select(r => r.Chain) : [];

    /// <summary>The watcher writes <c>node 3</c> and <c>chain alpha</c> where a stream is called <c>node-3</c> and <c>chain-alpha</c>.</summary>
    private static (IReadOnlyCollection<NodeId> Nodes, IReadOnlyCollection<ChainName> Chains) OfWords(string subject) =>
        subject.IndexOf(' ', StringComparison.Ordinal) is > 0 and var space ? OfStream($"{subject[..space]}-{subject[(space + 1)..]}") : ([], []);

    private static (IReadOnlyCollection<NodeId> Nodes, IReadOnlyCollection<ChainName> Chains) OfStream(string stream) => stream switch
    {
        _ when stream.StartsWith(ChainStream, StringComparison.Ordinal) => ([], [new ChainName(stream[ChainStream.Length..])]),
        _ when stream.StartsWith(NodeStream, StringComparison.Ordinal)
            && long.TryParse(stream.AsSpan(NodeStream.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var id) => ([new NodeId(id)], []),
        _ => ([], []),
    };
}
