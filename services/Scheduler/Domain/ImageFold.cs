using System.Diagnostics;

namespace Skale.Scheduler.Domain;

/// <summary>Folds what becomes of a change of a chain's image.</summary>
internal static class ImageFold
{
    public static void Evolve(Network network, object stored)
    {
        switch (stored)
        {
            case ImageChangeStarted e:
                NoteOutcome(network, network.Chains[e.Chain].ImageChange, false, b => $"{(b.Failure is { } failure ? $"{failure}; then " : "")}superseded by request {e.Request:D} for image '{e.To}'");
                network.Change(e.Chain, c => c with { ImageChange = new(e.Request, e.From, e.To, null) });
                break;
            case ImageOrdered e:
                network.Change(e.Node, n => n with { Generation = e.Generation });
                network.Change(e.Chain, c => c.WithMember(e.Node, m => m with
                {
                    Phase = MemberPhase.Ordered,
                    Subnode = e.Subnode,
                    Reason = null,
                    AwaitsImage = true,
                    Deadline = m.Overdue ? null : e.At + network.Policy.Replacement?.MemberPatience,
                }));
                break;
            case ImageChangeFailed e:
                network.Change(e.Chain, c => c with { ImageChange = c.ImageChange! with { Failure = $"node {e.Node}: {e.Reason}" } });
                break;
            case ImageChangeCompleted e:
                NoteOutcome(network, network.Chains[e.Chain].ImageChange, true, _ => null);
                network.Change(e.Chain, c => c with { Image = e.Image, ImageChange = null });
                break;
            case ImageChangeRolledBack e:
                NoteOutcome(network, network.Chains[e.Chain].ImageChange, false, b => $"{b.Failure}; every member runs '{e.Image}' again");
                network.Change(e.Chain, c => c with { ImageChange = null });
                break;
            default:
                throw new UnreachableException($"No fold for stored event {stored.GetType().Name}.");
        }
    }

    private static void NoteOutcome(Network network, ImageChange? over, bool succeeded, Func<ImageChange, string?> reason)
    {
        if (over is not null)
        {
            OperatorFold.Note(network, [$"{over.Request:D}"], new(succeeded, reason(over)));
        }
    }
}
