using System.Collections.Immutable;
using System.Diagnostics;
using Skale.Contracts;

namespace Skale.Scheduler.Domain;

/// <summary>Folds stored events into the network. It never decides and never refuses what was stored.</summary>
internal static class NetworkFold
{
    public static void Evolve(Network network, object stored)
    {
        if (StoredEvents.IsInput(stored))
        {
            network.OpenDecision();
        }

        if (stored is IFact fact)
        {
            network.LastFact = fact.Origin.Number;
        }

        switch (stored)
        {
            case NodeRegistered e:
                network.EarlyEnrolments.Remove(e.Node, out var early);
                network.Set(new Node(
                    e.Node, e.Name, e.Owner, e.Ip, e.Port, NodeStanding.Active, false, true, early?.Machine, 0, early?.Report ?? 0,
                    ImmutableSortedDictionary<ChainName, Reservation>.Empty));
                network.AttendDeferred();
                break;
            case NodeExitStarted e:
                network.Change(e.Node, n => n with { Standing = NodeStanding.Leaving });
                break;
            case NodeExitCompleted e:
                network.Change(e.Node, n => n with { Standing = NodeStanding.Left });
                network.AttendDeferred();
                break;
            case NodeMaintenanceChanged e:
                network.Change(e.Node, n => n with { InMaintenance = e.InMaintenance });
                network.AttendDeferred();
                break;
            case NodeComplianceChanged e:
                network.Change(e.Node, n => n with { Compliant = e.Compliant });
                network.AttendDeferred();
                break;
            case NodeAddressChanged e:
                network.Change(e.Node, n => n with { Ip = e.NewIp });
                break;
            case NodeEnrolled e when !network.Nodes.ContainsKey(e.Node):
                network.EarlyEnrolments[e.Node] = e;
                break;
            case NodeEnrolled e:
                Enrol(network, e);
                break;
            case AssignmentIssued e:
                network.Change(e.Node, n => n with { Generation = e.Generation });
                break;
            case SlicesReserved e:
                network.Change(e.Node, n => n.Reserve(e.Chain, e.Slices, e.Slot));
                network.Change(e.Chain, c => c with { Members = c.Members.Add(e.Node, new Member(e.Node, e.Slot, MemberPhase.Reserved, null, null, 0)) });
                break;
            case SlicesReleased e:
                network.Change(e.Node, n => n.Release(e.Chain));
                network.Change(e.Chain, c => c with { Members = c.Members.Remove(e.Node) });
                network.AttendDeferred();
                break;
            case TimePassed e:
                network.AttendOverdue(e.At);
                break;
            case SchedulerStarted e:
                (network.Name, network.Policy) = (e.Network, e.Policy);
                network.AttendAll();
                break;
            case AssignmentRequested e:
                network.Change(e.Node, n => n with { LastReport = e.Report });
                break;
            case ChainTypeAdded or ChainTypeRemoved or UnmappedLogSeen or FactGapSeen or FactWithoutEffect:
            case ChainRotated or RotationDelaySkipped or KeyCeremonyStarted or KeyShareBroadcast or KeyDataReceived or KeyCeremonyCompleted or KeyCeremonyFailed:
            case KeyComplaintSent or KeyComplaintRejected or ConstantChanged or IpRangeAdded or IpRangeRemoved or ContractUpgraded or ManagerVersionChanged or BountyReceived:
                break;
            default:
                ChainFold.Evolve(network, stored);
                break;
        }

        // Last: a group is computed again from the books as they were before it.
        if (stored is IFact followed)
        {
            network.Contract.Follow(followed);
        }
    }

    private static void Enrol(Network network, NodeEnrolled e)
    {
        network.Change(e.Node, n => n with { Machine = e.Machine, LastReport = e.Report });
        foreach (var chain in network.Nodes[e.Node].Reservations.Keys)
        {
            var status = e.Subnodes.FirstOrDefault(s => s.Chain == chain);
            network.Change(chain, c => c.WithMember(e.Node, m => m.LastReport > e.Report ? m : Seen(m, status) with { LastReport = e.Report }));
        }

        network.AttendDeferred();
    }

    /// <summary>What an agent says at its start replaces what was known of its subnodes, but not an order to remove.</summary>
    private static Member Seen(Member member, SubnodeStatus? status) => (member.Phase, status?.Condition) switch
    {
        (MemberPhase.Reserved or MemberPhase.RemovalOrdered, _) => member,
        (_, SubnodeCondition.Running) => member with { Phase = MemberPhase.Running, Reason = null },
        (_, SubnodeCondition.Failing) => member with { Phase = MemberPhase.Failing, Reason = status!.Reason },
        (_, SubnodeCondition.Starting or null) => member with { Phase = MemberPhase.Ordered, Reason = null },
        _ => throw new UnreachableException($"{member.Phase}, {status?.Condition}"),
    };
}
