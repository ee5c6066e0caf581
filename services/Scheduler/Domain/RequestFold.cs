using Skale.Contracts;

namespace Skale.Scheduler.Domain;

/// <summary>A request over the API and, if it was refused, why: what a repeat is answered from.</summary>
/// <param name="Input">As it was recorded.</param>
/// <param name="Position">Among the scheduler's own events.</param>
public sealed record RequestRecord(IRequest Input, long Position, DateTimeOffset RecordedAt, RequestRefused? Refusal)
{
    /// <summary>How a rotation or a change of image came out; null before, and for what the state itself tells.</summary>
    public RequestOutcome? Outcome { get; init; }
}

/// <summary>What a chain without a contract was admitted with.</summary>
/// <param name="WarnAt">When its end is to be announced; null when that is done, or it has none.</param>
public sealed record ChainTerms(Guid Request, string? Profile, string Image, string Strategy, bool Dedicated, DateTimeOffset? WarnAt, DateTimeOffset? ExpiresAt)
{
    /// <summary>Containers beside each subnode's main one; null for none.</summary>
    public IReadOnlyList<Sidecar>? Sidecars { get; init; }

    /// <summary>What is cut off each subnode's disk; null for nothing.</summary>
    public IReadOnlyList<DataPart>? DataParts { get; init; }
}

/// <summary>Folds requests and what comes of them.</summary>
internal static class RequestFold
{
    public static void Evolve(Network network, object stored)
    {
        switch (stored)
        {
            case IRequest e:
                network.Requests[e.Request] = new(e, network.Recorded, e.At, null);
                break;
            case RequestRefused e:
                network.Requests[e.Request] = network.Requests[e.Request] with { Refusal = e };
                break;
            case ChainAdmitted e:
                network.Set(Chain.Of(Purchase(network, e)) with
                {
                    Terms = new(e.Request, e.Profile, e.Image, e.Strategy, e.Dedicated, e.WarnAt, e.ExpiresAt) { Sidecars = e.Sidecars, DataParts = e.DataParts },
                });
                break;
            case RemovalStarted e:
                network.Change(e.Chain, c => ReplacementFold.Ended(network, c) with { Phase = ChainPhase.Removing, Deadline = null, Deleted = true });
                break;
            case ExpiryNear e:
                network.Change(e.Chain, c => c with { Terms = c.Terms! with { WarnAt = null } });
                break;
            case NodeHoldChanged e:
                network.Change(e.Node, n => n with { Held = e.Held });
                network.AttendDeferred();
                break;
            default:
                OperatorFold.Evolve(network, stored);
                break;
        }
    }

    /// <summary>A chain is made of a purchase; this is the one that the contract did not make.</summary>
    private static ChainBought Purchase(Network network, ChainAdmitted e) => new(
        new FactOrigin(network.Name, e.Position, -1, e.Entropy, "", e.At, "", -1), e.Chain, e.ChainHash, e.Owner, e.Slices, e.GroupSize, (e.ExpiresAt - e.At) ?? TimeSpan.Zero, null);
}
