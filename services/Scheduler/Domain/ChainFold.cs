using Skale.Contracts;

namespace Skale.Scheduler.Domain;

/// <summary>Folds the events of chains and their members.</summary>
internal static class ChainFold
{
    public static void Evolve(Network network, object stored)
    {
        switch (stored)
        {
            case ChainBought e:
                network.Remember(new PurchaseEffect(e.Origin.Number, e.Chain));
                var recomputed = e.Group is null ? null : network.Contract.Recompute(e);
                network.Set((network.Chains.TryGetValue(e.Chain, out var old) ? old with { Wanted = e, Told = ContractGroup.Of(e), RotationCounter = null, Image = null } : Chain.Of(e)) with { Recomputed = recomputed });
                break;
            case CreationDeferred e:
                network.Change(e.Chain, c => c with { Phase = ChainPhase.Deferred, Deadline = e.Deadline });
                break;
            case CreationRefused e:
                network.Change(e.Chain, c => c with { Phase = ChainPhase.Refused, Deadline = null, RefusedAfter = network.LastFact });
                break;
            case ContractGroupDiffers:
                break;
            case GroupChosen e:
                Choose(network, e);
                break;
            case SubnodeOrdered e:
                network.Change(e.Node, n => n with { Generation = e.Generation });
                network.Change(e.Chain, c => c.WithMember(e.Node, m => Ordered(network, m, e.Subnode, e.At)));
                break;
            case SubnodesOrdered e:
                Order(network, e);
                break;
            case PeersOrdered e:
                network.Change(e.Node, n => n with { Generation = e.Generation });
                network.Change(e.Chain, c => c.WithMember(e.Node, m => m with { Subnode = e.Subnode }));
                break;
            case SubnodeStarted e:
                network.Change(e.Chain, c => c.WithMember(e.Node, m => m with { Phase = MemberPhase.Running, Reason = null, LastReport = e.Report, Deadline = null, AwaitsLimits = false, AwaitsImage = false }));
                break;
            case SubnodeFailed e:
                network.Change(e.Chain, c => c.WithMember(e.Node, m => m with { Phase = MemberPhase.Failing, Reason = e.Reason, LastReport = e.Report }));
                break;
            case SubnodeRemoved e when network.Chains[e.Chain].Members[e.Node].Generation >= e.Generation:
                network.Change(e.Chain, c => c.WithMember(e.Node, m => m with { LastReport = e.Report }));
                break;
            case SubnodeRemoved:
                break;
            case BackupTaken e:
                DataReports.Evolve(network, e, e.Chain);
                break;
            case DataRestored e:
                DataReports.Evolve(network, e, e.Chain);
                break;
            case DataWiped e:
                DataReports.Evolve(network, e, e.Chain);
                break;
            case CreationCompleted e:
                network.Change(e.Chain, c => c with { Phase = ChainPhase.Active });
                break;
            case ServiceDegraded e:
                network.Change(e.Chain, c => c with { Phase = ChainPhase.Degraded });
                break;
            case ServiceRestored e:
                network.Change(e.Chain, c => c with { Phase = ChainPhase.Active });
                break;
            case ChainDeleted e:
                network.Remember(new DeletionEffect(e.Origin.Number, e.Chain));
                network.Change(e.Chain, c => ReplacementFold.Ended(network, c) with { Phase = ChainPhase.Removing, Deadline = null, Deleted = true });
                break;
            case SubnodeRemovalOrdered e:
                network.Change(e.Node, n => n with { Generation = e.Generation });
                network.Change(e.Chain, c => c.WithMember(e.Node, m => m with { Phase = MemberPhase.RemovalOrdered, Deadline = null, Overdue = false }) with
                {
                    DataLost = c.HasGroup ? c.DataLost : c.DataLost.Add(e.Node),
                });
                break;
            case RemovalCompleted { Chain: var gone } when network.Chains[gone] is { Wanted: { } wanted } chain:
                network.Set(Chain.Of(wanted) with
                {
                    Recomputed = chain.Recomputed,
                    Told = chain.Told,
                    RotationCounter = chain.RotationCounter,
                    Phase = ChainPhase.Removed,
                    Group = chain.Group,
                    Deleted = chain.Deleted,
                    DataLost = chain.DataLost,
                    Terms = chain.Terms,
                    Image = chain.Image,
                });
                break;
            case RemovalCompleted e:
                network.Forget(e.Chain);
                break;
            case PurchaseUndone e:
                network.Change(e.Chain, c => ReplacementFold.Ended(network, c) with { Phase = ChainPhase.Removing, Deadline = null, Wanted = null, Deleted = false });
                break;
            case DeletionUndone e:
                network.Change(e.Chain, c => c with { Deleted = false });
                break;
            case GroupUndone e:
                network.Change(e.Chain, c => ReplacementFold.Ended(network, c) with { Phase = ChainPhase.Removing });
                break;
            case CreationRepeated e:
                network.Change(e.Chain, c => Chain.Of(c.Wanted!) with { Recomputed = c.Recomputed, Told = c.Told, RotationCounter = c.RotationCounter, Terms = c.Terms, Image = c.Image });
                break;
            default:
                ReplacementFold.Evolve(network, stored);
                break;
        }
    }

    private static void Choose(Network network, GroupChosen e)
    {
        if (network.Chains[e.Chain] is { Told: null, Terms: null })
        {
            network.Contract.FollowChoice(network.Chains[e.Chain], e.Group);
        }

        SlicesReserved[] reserved = [.. e.Reserved()];
        foreach (var r in reserved)
        {
            network.Change(r.Node, n => n.Reserve(r.Chain, r.Slices, r.Slot));
        }

        network.Change(e.Chain, c => c with
        {
            Phase = ChainPhase.Creating,
            Group = [.. e.Group],
            Deadline = null,
            Kit = e.Kit,
            Members = c.Members.AddRange(reserved.Select(r => (r.Node, Member.Of(r)))),
        });
    }

    private static void Order(Network network, SubnodesOrdered e)
    {
        var orders = e.Orders.ToDictionary(o => o.Node);
        Reach[] all = [.. e.Peers.Select(Reach.Of)];
        foreach (var order in e.Orders)
        {
            network.Change(order.Node, n => n with { Generation = order.Generation });
        }

        network.Change(e.Chain, c => c with { Members = c.Members.ChangeEach(m => orders.TryGetValue(m.Node, out var order) ? Ordered(order, m) : m) });

        Member Ordered(NodeOrder order, Member member) => ChainFold.Ordered(network, member, e.Subnode, e.At) with
        {
            Share = new MemberShare(all, order.Generation, order.FirstPort, order.Limits ?? e.Subnode.Limits),
        };
    }

    private static Member Ordered(Network network, Member member, Subnode subnode, DateTimeOffset at) => member with
    {
        Phase = MemberPhase.Ordered,
        Subnode = subnode,
        Deadline = at + network.Policy.Replacement?.MemberPatience,
    };
}
