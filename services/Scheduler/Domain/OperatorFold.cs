using System.Diagnostics;
using Skale.Contracts;

namespace Skale.Scheduler.Domain;

/// <summary>How what was asked for came out.</summary>
/// <param name="Reason">Why it failed; null when it did not.</param>
public sealed record RequestOutcome(bool Succeeded, string? Reason);

/// <summary>Folds what operators ask of chains and nodes that run, and what comes of it.</summary>
internal static class OperatorFold
{
    public static void Evolve(Network network, object stored)
    {
        switch (stored)
        {
            case NodeDrainChanged e:
                network.Change(e.Node, n => n with { DrainAsked = e.Drain });
                network.AttendChainsOf(e.Node);
                network.AttendDeferred();
                break;
            case JoinTokenIssued e:
                network.Change(e.Node, n => n with { Join = new(e.TokenHash, e.ExpiresAt) });
                break;
            case NodeJoined e:
                Join(network, e);
                break;
            case ChainResized e:
                network.Change(e.Chain, c => c with { Slices = e.After, Wanted = c.Wanted is { } wanted ? wanted with { Slices = e.After } : null });
                break;
            case SlicesResized e:
                network.Change(e.Node, n => n.Resize(e.Chain, e.After));
                network.Attend(e.Chain);
                if (e.After < e.Before)
                {
                    network.AttendDeferred();
                }

                break;
            case LimitsOrdered e:
                network.Change(e.Node, n => n with { Generation = e.Generation });
                network.Change(e.Chain, c => c.WithMember(e.Node, m => m with { Subnode = e.Subnode, AwaitsLimits = true }));
                break;
            default:
                throw new UnreachableException($"No fold for stored event {stored.GetType().Name}.");
        }
    }

    /// <summary>Another key may be another machine, without the journal of the one before: its reports are numbered from 1 again. With the same key repeats of the old ones would count.</summary>
    private static void Join(Network network, NodeJoined e)
    {
        var isSame = network.Nodes[e.Node].IdentityKey == e.IdentityKey;
        network.Change(e.Node, n => n with { Join = null, IdentityKey = e.IdentityKey });
        if (isSame)
        {
            return;
        }

        DataReports.Forget(network, e.Node);
        network.Change(e.Node, n => n with { LastReport = 0, LastEnrolment = 0 });
        foreach (var chain in network.Nodes[e.Node].Reservations.Keys)
        {
            network.Change(chain, c => c.WithMember(e.Node, m => m with { LastReport = 0 }));
        }
    }

    /// <summary>The rotations over the API that an event ends.</summary>
    public static void NoteOutcome(Network network, object stored)
    {
        switch (stored)
        {
            case ReplacementCompleted e:
                Note(network, network.Chains[e.Chain].Underway!.Requests, new(true, null));
                break;
            case ReplacementFailed e when network.Chains[e.Chain].Underway is { } underway:
                Note(network, underway.Requests, new(false, e.Why));
                break;
            case RotationRefused { RequestId: { } request } e:
                Note(network, [request], new(false, e.Reason));
                break;
        }
    }

    public static void Note(Network network, IEnumerable<string> requests, RequestOutcome outcome)
    {
        foreach (var request in requests)
        {
            if (Guid.TryParse(request, out var id) && network.Requests.TryGetValue(id, out var record))
            {
                network.Requests[id] = record with { Outcome = outcome };
            }
        }
    }
}
