using System.Diagnostics;
using Skale.Contracts;

namespace Skale.Scheduler.Domain;

/// <summary>Folds the events of replacements and of what leads to them.</summary>
internal static class ReplacementFold
{
    public static void Evolve(Network network, object stored)
    {
        OperatorFold.NoteOutcome(network, stored);
        switch (stored)
        {
            case ChainRotated { Chain: { } name } e when network.Chains.TryGetValue(name, out var chain) && ContractGroup.After(chain, e).Told is { } told && !told.SequenceEqual(chain.Told!):
                Rotate(network, chain, e, told);
                break;
            case ChainRotated or ContractGroupUnknown:
                break;
            case ReplacementStarted e:
                network.Change(e.Chain, c => c with
                {
                    Underway = new(e.Seat, e.OldNode, e.NewNode, e.Reason) { Requests = [.. c.Demands.Where(d => d.Node == e.OldNode).Select(d => d.RequestId).OfType<string>()] },
                    Stalled = null,
                    Demands = c.Demands.RemoveAll(d => d.Node == e.OldNode),
                    Draws = c.Draws + (c.Told is null ? 1 : 0),
                });
                network.AttendChainsOf(e.OldNode);
                break;
            case ReplacementCompleted e:
                if (network.Chains[e.Chain] is { Told: null, Terms: null })
                {
                    network.Contract.FollowReplacement(network.Chains[e.Chain], e.OldNode, e.NewNode);
                }

                network.Change(e.Chain, c => c with
                {
                    Underway = null,
                    Group = [.. e.Group],
                    Barred = c.Underway!.Reason == ReplacementReason.MemberUnavailable && network.Nodes[e.OldNode].Presence != Presence.Lost ? c.Barred.Add(e.OldNode) : c.Barred,
                });
                network.AttendChainsOf(e.OldNode);
                break;
            case ReplacementDeferred e:
                network.Change(e.Chain, c => c with { Stalled = new(e.OldNode, e.NewNode, e.At) });
                break;
            case ReplacementFailed e:
                network.Change(e.Chain, c => c with { Underway = null, Stalled = null, Barred = e is { NewNodeFailed: true, NewNode: { } bad } ? c.Barred.Add(bad) : c.Barred });
                network.AttendChainsOf(e.OldNode);
                break;
            case MemberAwaited e:
                network.Change(e.Chain, c => c.WithMember(e.Node, m => m with { Deadline = e.Deadline }));
                break;
            case MemberOverdue e:
                network.Change(e.Chain, c => c.WithMember(e.Node, m => m with { Deadline = null, Overdue = true }));
                break;
            case MemberRecovered e:
                network.Change(e.Chain, c => c.WithMember(e.Node, m => m with { Overdue = false }));
                break;
            case RotationRefused e:
                network.Change(e.Chain, c => c with { Demands = c.Demands.RemoveAll(d => d.RequestId == e.RequestId && d.Node == e.Node) });
                break;
            case RotationScheduled e:
                network.Change(e.Chain, c => c with { RotationDue = e.Due, Draws = e.Draw });
                break;
            case RotationQueued e:
                network.Change(e.Chain, c => c with
                {
                    RotationDue = e.RequestId is null ? null : c.RotationDue,
                    Demands = c.Demands.Add(new(e.Node, e.Reason, e.RequestId)),
                    Draws = c.Draws + (e.Evidence is null ? 0 : 1),
                });
                break;
            case NodeSuspected e:
                network.Change(e.Node, n => n with { Presence = Presence.Suspect });
                break;
            case NodeLost e:
                network.Change(e.Node, n => n with { Presence = Presence.Lost });
                network.AttendChainsOf(e.Node);
                break;
            case NodeReturned e:
                network.Change(e.Node, n => n with { Presence = Presence.Heard });
                network.AttendChainsOf(e.Node);
                network.AttendDeferred();
                break;
            case DrainStarted e:
                network.Change(e.Node, n => n with { Draining = true, DrainDeadline = e.Deadline });
                break;
            case DrainOverdue e:
                network.Change(e.Node, n => n with { DrainDeadline = null });
                break;
            case DrainCompleted e:
                network.Change(e.Node, n => n with { Draining = false, DrainDeadline = null });
                break;
            default:
                throw new UnreachableException($"No fold for stored event {stored.GetType().Name}.");
        }
    }

    /// <summary>Whatever was being replaced is not any more: the chain's life ends or begins again.</summary>
    public static Chain Ended(Network network, Chain chain)
    {
        if (chain.Underway is { } underway)
        {
            network.AttendChainsOf(underway.Old);
        }

        return chain with { Underway = null, Stalled = null, Demands = [], RotationDue = null, ImageChange = null };
    }

    /// <summary>The contract's group of a chain as it was before facts that are retracted; null when none of them changed it.</summary>
    public static RotationEffect? ToldBefore(Network network, ChainName chain, IReadOnlyCollection<long> retracted) =>
        network.Effects.OfType<RotationEffect>().FirstOrDefault(x => x.Chain == chain && retracted.Contains(x.Fact));

    private static void Rotate(Network network, Chain chain, ChainRotated e, IReadOnlyList<Seat> told)
    {
        network.Remember(new RotationEffect(e.Origin.Number, chain.Name, chain.Told, chain.RotationCounter));
        var recomputed = network.Contract.Recompute(e);
        network.Set(chain with
        {
            Told = [.. told.Select(s => s.Fact == e.Origin.Number ? s with { Recomputed = recomputed } : s)],
            RotationCounter = e.Counter ?? chain.RotationCounter,
        });
    }
}
