using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Skale.Contracts;

namespace Skale.Scheduler.Domain;

// In which stream each is.
public static partial class StoredEvents
{
    private const int LongestKey = 200;

    /// <summary>The stream of what concerns neither one chain nor one node.</summary>
    private const string Whole = "network";

    /// <summary>What a member of the group goes through is told in the chain's stream; what a node holds and does, in the node's.</summary>
    public static string StreamOf(object stored) => stored switch
    {
        ChainBought e => Chain(e.Chain),
        ChainDeleted e => Chain(e.Chain),
        CreationDeferred e => Chain(e.Chain),
        CreationRefused e => Chain(e.Chain),
        GroupChosen e => Chain(e.Chain),
        ContractGroupDiffers e => Chain(e.Chain),
        CreationCompleted e => Chain(e.Chain),
        ServiceDegraded e => Chain(e.Chain),
        ServiceRestored e => Chain(e.Chain),
        RemovalCompleted e => Chain(e.Chain),
        PurchaseUndone e => Chain(e.Chain),
        DeletionUndone e => Chain(e.Chain),
        GroupUndone e => Chain(e.Chain),
        CreationRepeated e => Chain(e.Chain),
        SubnodeOrdered e => Chain(e.Chain),
        SubnodesOrdered e => Chain(e.Chain),
        PeersOrdered e => Chain(e.Chain),
        SubnodeStarted e => Chain(e.Chain),
        SubnodeFailed e => Chain(e.Chain),
        SubnodeRemovalOrdered e => Chain(e.Chain),
        SubnodeRemoved e => Chain(e.Chain),
        BackupTaken e => Chain(e.Chain),
        DataRestored e => Chain(e.Chain),
        DataWiped e => Chain(e.Chain),
        ChainRequested e => Chain(e.Chain),
        ChainRemovalRequested e => Chain(e.Chain),
        ChainAdmitted e => Chain(e.Chain),
        RemovalStarted e => Chain(e.Chain),
        ExpiryNear e => Chain(e.Chain),
        NodeHoldRequested e => Node(e.Node),
        NodeHoldChanged e => Node(e.Node),
        IOfChain e => Chain(e.Chain),
        IOfNode e => Node(e.Node),
        SlicesReserved e => Node(e.Node),
        SlicesReleased e => Node(e.Node),
        NodeRegistered e => Node(e.Node),
        NodeExitStarted e => Node(e.Node),
        NodeExitCompleted e => Node(e.Node),
        NodeMaintenanceChanged e => Node(e.Node),
        NodeComplianceChanged e => Node(e.Node),
        NodeAddressChanged e => Node(e.Node),
        NodeReset e => Node(e.Node),
        NodeEnrolled e => Node(e.Node),
        AssignmentRequested e => Node(e.Node),
        AssignmentIssued e => Node(e.Node),
        MachineRefused e => Node(e.Node),
        MachineAccepted e => Node(e.Node),
        FactWithoutEffect e => e.Subject,
        ChainRotated e => ChainOr(e.Chain),
        RotationDelaySkipped e => ChainOr(e.Chain),
        KeyCeremonyStarted e => ChainOr(e.Chain),
        KeyShareBroadcast e => ChainOr(e.Chain),
        KeyDataReceived e => ChainOr(e.Chain),
        KeyCeremonyCompleted e => ChainOr(e.Chain),
        KeyCeremonyFailed e => ChainOr(e.Chain),
        KeyComplaintSent e => ChainOr(e.Chain),
        BountyReceived e => Node(e.Node),
        RequestRefused or FactsRetracted or ChainTypeAdded or ChainTypeRemoved or UnmappedLogSeen or SchedulerStarted or TimePassed or FactGapSeen => Whole,
        KeyComplaintRejected or ConstantChanged or IpRangeAdded or IpRangeRemoved or ContractUpgraded or ManagerVersionChanged or ManagerDiffers or ManagerDifferenceGone => Whole,
        _ => throw new UnreachableException($"No stream for stored event {stored.GetType().Name}."),
    };

    /// <summary>A chain's stream bears its name; one that no store could keep as a key is told by its digest, behind a character names cannot have on a node.</summary>
    internal static string Chain(ChainName chain) => chain.Value.Length <= LongestKey && !HasControl(chain.Value)
        ? $"chain-{chain}"
        : $"chain-~{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(chain.Value)))}";

    private static bool HasControl(string name)
    {
        foreach (var letter in name)
        {
            if (char.IsControl(letter))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Of a chain bought before the first scanned block the name is unknown.</summary>
    private static string ChainOr(ChainName? chain) => chain is { } name ? Chain(name) : Whole;

    internal static string Node(NodeId node) => $"node-{node}";
}
