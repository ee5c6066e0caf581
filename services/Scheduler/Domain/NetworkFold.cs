using System.Diagnostics;
using Skale.Contracts;

namespace Skale.Scheduler.Domain;

/// <summary>Folds stored events into the network. It never decides and never refuses what was stored.</summary>
internal static class NetworkFold
{
    public static void Evolve(Network network, object stored)
    {
        network.Recorded++;
        if (StoredEvents.IsInput(stored))
        {
            network.OpenDecision();
        }

        if (stored is IFact fact)
        {
            (network.LastFact, network.LastOrigin) = (fact.Origin.Number, fact.Origin);
        }

        switch (stored)
        {
            case NodeRegistered e:
                Register(network, e);
                break;
            case NodeExitStarted e:
                ByFact(network, e, e.Node, n => n with { Standing = NodeStanding.Leaving });
                network.AttendChainsOf(e.Node);
                break;
            case NodeExitCompleted e:
                ByFact(network, e, e.Node, n => n with { Standing = NodeStanding.Left });
                network.AttendChainsOf(e.Node);
                network.AttendDeferred();
                break;
            case NodeMaintenanceChanged e:
                ByFact(network, e, e.Node, n => n with { InMaintenance = e.InMaintenance });
                network.AttendDeferred();
                break;
            case NodeComplianceChanged e:
                ByFact(network, e, e.Node, n => n with { Compliant = e.Compliant });
                network.AttendChainsOf(e.Node);
                network.AttendDeferred();
                break;
            case NodeAddressChanged e:
                ByFact(network, e, e.Node, n => n with { Ip = e.NewIp });
                network.AttendChainsOf(e.Node);
                break;
            case FactsRetracted e:
                Retract(network, e.Numbers.ToHashSet());
                network.AttendDeferred();
                break;
            case NodeReset e:
                network.Change(e.Node, n => n with { Standing = e.Standing, InMaintenance = e.InMaintenance, Compliant = e.Compliant, Ip = e.Ip });
                network.AttendChainsOf(e.Node);
                network.AttendChainsOf(e.Node);
                network.AttendDeferred();
                break;
            case NodeEnrolled e when !network.Nodes.ContainsKey(e.Node):
                network.EarlyEnrolments[e.Node] = e;
                break;
            case NodeEnrolled e:
                Enrol(network, e);
                break;
            case MachineRefused e:
                network.Change(e.Node, n => n with { Refusal = e.Reason });
                break;
            case MachineAccepted e:
                network.Change(e.Node, n => n with { Refusal = null });
                network.AttendDeferred();
                break;
            case AssignmentIssued e:
                network.Change(e.Node, n => n with { Generation = e.Generation });
                break;
            case SlicesReserved e:
                network.Change(e.Node, n => n.Reserve(e.Chain, e.Slices, e.Slot));
                network.Change(e.Chain, c => c with { Members = c.Members.Add(e.Node, Member.Of(e)) });
                break;
            case SlicesReleased e:
                network.Change(e.Node, n => n.Release(e.Chain));
                network.Change(e.Chain, c => c with { Members = c.Members.Remove(e.Node) });
                network.AttendDeferred();
                break;
            case ManagerDiffers e:
                network.DifferencesTold[(e.Subject, e.What)] = e.At;
                break;
            case ManagerDifferenceGone e:
                network.DifferencesTold[(e.Subject, e.What)] = e.At;
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
            case IRequest or RequestRefused or ChainAdmitted or RemovalStarted or ExpiryNear or NodeHoldChanged or NodeDrainChanged or JoinTokenIssued or NodeJoined or ChainResized or SlicesResized or LimitsOrdered:
                RequestFold.Evolve(network, stored);
                break;
            case ImageChangeStarted or ImageOrdered or ImageChangeFailed or ImageChangeCompleted or ImageChangeRolledBack:
                ImageFold.Evolve(network, stored);
                break;
            case ChainTypeAdded or ChainTypeRemoved or UnmappedLogSeen or FactGapSeen or FactWithoutEffect:
            case RotationDelaySkipped or KeyCeremonyStarted or KeyShareBroadcast or KeyDataReceived or KeyCeremonyCompleted or KeyCeremonyFailed:
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

    /// <summary>A node whose registration was retracted may come again, with what its agent has said since and what is still to be removed from it.</summary>
    private static void Register(Network network, NodeRegistered e)
    {
        network.EarlyEnrolments.Remove(e.Node, out var early);
        var node = network.Nodes.GetValueOrDefault(e.Node) ?? new Node(
            e.Node, e.Name, e.Owner, e.Ip, e.Port, NodeStanding.Unregistered, false, true, early?.Machine, 0, early?.Report ?? 0,
            SmallDictionary.Empty<ChainName, Reservation>())
        {
            LastEnrolment = early?.Report ?? 0,
        };
        network.Remember(new NodeEffect(e.Origin.Number, e.Node, node.Flags));
        network.Set(node with { Name = e.Name, Owner = e.Owner, Ip = e.Ip, Port = e.Port, Standing = NodeStanding.Active, InMaintenance = false, Compliant = true });
        network.AttendDeferred();
    }

    /// <summary>The contract's groups are as they were before the first of the retracted facts; what else follows is decided.</summary>
    private static void Retract(Network network, HashSet<long> numbers)
    {
        foreach (var chain in network.Effects.OfType<RotationEffect>().Where(x => numbers.Contains(x.Fact)).Select(x => x.Chain).Distinct().Where(network.Chains.ContainsKey).ToArray())
        {
            var effect = ReplacementFold.ToldBefore(network, chain, numbers)!;
            network.Change(chain, c => c with { Told = effect.Before, RotationCounter = effect.CounterBefore });
        }

        network.Effects.RemoveAll(x => numbers.Contains(x.Fact));
    }

    private static void ByFact(Network network, IFact fact, NodeId node, Func<Node, Node> change)
    {
        network.Remember(new NodeEffect(fact.Origin.Number, node, network.Nodes[node].Flags));
        network.Change(node, change);
    }

    private static void Enrol(Network network, NodeEnrolled e)
    {
        network.Change(e.Node, n => n with { Machine = e.Machine, LastReport = Math.Max(n.LastReport, e.Report), LastEnrolment = e.Report });
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
        (_, SubnodeCondition.Running) when !member.AwaitsImage => member with { Phase = MemberPhase.Running, Reason = null, Deadline = null },
        (_, SubnodeCondition.Failing) => member with { Phase = MemberPhase.Failing, Reason = status!.Reason },
        (_, SubnodeCondition.Starting or SubnodeCondition.Running or null) => member with { Phase = MemberPhase.Ordered, Reason = null },
        _ => throw new UnreachableException($"{member.Phase}, {status?.Condition}"),
    };
}
