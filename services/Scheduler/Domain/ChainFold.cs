using System.Collections.Immutable;
using System.Diagnostics;
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
                network.Set(new Chain(
                    e.Chain, e.ChainHash, e.Owner, e.Slices, e.GroupSize, e.Origin, e.Group, ChainPhase.Requested, [], ImmutableSortedDictionary<NodeId, Member>.Empty, null,
                    e.Group is null ? null : network.Contract.Recompute(e)));
                break;
            case CreationDeferred e:
                network.Change(e.Chain, c => c with { Phase = ChainPhase.Deferred, Deadline = e.Deadline });
                break;
            case CreationRefused e:
                network.Change(e.Chain, c => c with { Phase = ChainPhase.Refused, Deadline = null });
                break;
            case ContractGroupDiffers:
                break;
            case GroupChosen e:
                if (network.Chains[e.Chain].Requested is null)
                {
                    network.Contract.FollowChoice(network.Chains[e.Chain], e.Group);
                }

                network.Change(e.Chain, c => c with { Phase = ChainPhase.Creating, Group = [.. e.Group], Deadline = null });
                break;
            case SubnodeOrdered e:
                network.Change(e.Node, n => n with { Generation = e.Generation });
                network.Change(e.Chain, c => c.WithMember(e.Node, m => m with { Phase = MemberPhase.Ordered, Subnode = e.Subnode }));
                break;
            case SubnodeStarted e:
                network.Change(e.Chain, c => c.WithMember(e.Node, m => m with { Phase = MemberPhase.Running, Reason = null, LastReport = e.Report }));
                break;
            case SubnodeFailed e:
                network.Change(e.Chain, c => c.WithMember(e.Node, m => m with { Phase = MemberPhase.Failing, Reason = e.Reason, LastReport = e.Report }));
                break;
            case SubnodeRemoved:
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
                network.Change(e.Chain, c => c with { Phase = ChainPhase.Removing, Deadline = null });
                break;
            case SubnodeRemovalOrdered e:
                network.Change(e.Node, n => n with { Generation = e.Generation });
                network.Change(e.Chain, c => c.WithMember(e.Node, m => m with { Phase = MemberPhase.RemovalOrdered }));
                break;
            case RemovalCompleted e:
                network.Change(e.Chain, c => c with { Phase = ChainPhase.Removed });
                break;
            default:
                throw new UnreachableException($"No fold for stored event {stored.GetType().Name}.");
        }
    }
}
