using Skale.Contracts;
using Skale.SkaleManager;

namespace Skale.Scheduler.Domain;

/// <summary>What came of computing a group again that the contract chose.</summary>
/// <param name="Verdict"><c>agrees</c>, <c>differs</c>, or <c>not re-computable</c> with the reason.</param>
/// <param name="Computed">The group as computed; null when it could not be.</param>
public sealed record Recomputation(string Verdict, IReadOnlyList<NodeId>? Computed, PlacementEvidence Evidence)
{
    public const string Agrees = "agrees";
    public const string Differs = "differs";

    public static Recomputation Impossible(string reason) => new($"not re-computable: {reason}", null, Placement.ByContract);
}

/// <summary>
/// The contract's books as far as facts tell them. Facts that do not fit, or tell that something happened which no fact describes, put them in doubt
/// for good: from then on nothing is said to differ, only that it cannot be computed, and why.
/// </summary>
public sealed class ContractBooks
{
    /// <summary>Logs of replacements (skale-facts 1.3): while no fact tells of those, the books do not know the members any more.</summary>
    private static readonly string[] Replacements = ["NewGuy", "NodeAdded"];

    private readonly PlacementBooks books = new(Node.TotalSlices);
    private readonly Dictionary<string, string> hashes = [];
    private bool tellsReplacements;

    /// <summary>Why the books cannot be relied on; null when they can.</summary>
    public string? Doubt { get; private set; }

    /// <summary>To draw from; null when in doubt.</summary>
    public PlacementBooks? Reliable => Doubt is null ? books : null;

    /// <summary>What the contract thinks that a node has free; only while the books can be relied on.</summary>
    public int FreeSlicesOf(NodeId node) => books.Node(Index(node)).FreeUnits;

    /// <summary>Draws again what the contract drew, on a fork. Call it before the fact is followed.</summary>
    public Recomputation Recompute(ChainBought bought)
    {
        if (Doubt is not null)
        {
            return Recomputation.Impossible(Doubt);
        }

        try
        {
            var selection = books.Fork().CreateChain(bought.ChainHash, bought.Slices, bought.Group!.Count, bought.Origin.ParentHash);
            var computed = Ids(selection);
            return computed.SequenceEqual(bought.Group) ? new(Recomputation.Agrees, computed, Evidence(Placement.ByContract.Strategy, selection, ""))
                : Leaver() is { } leaver ? Recomputation.Impossible($"node {leaver} is leaving, and no fact tells which chains have been moved")
                : new(Recomputation.Differs, computed, Evidence(Placement.ByContract.Strategy, selection, ""));
        }
        catch (PlacementException e)
        {
            return Recomputation.Impossible(e.Message);
        }
    }

    /// <summary>A fact that the contract's books follow; others change nothing.</summary>
    public void Follow(IFact fact) => Try(() =>
    {
        switch (fact)
        {
            case NodeRegistered e:
                books.AddNode(Index(e.Node));
                break;
            case NodeMaintenanceChanged e:
                books.SetMaintenance(Index(e.Node), e.InMaintenance);
                break;
            case NodeComplianceChanged e:
                books.SetCompliance(Index(e.Node), e.Compliant);
                break;
            case NodeExitStarted e:
                books.BeginExit(Index(e.Node));
                break;
            case NodeExitCompleted e:
                books.CompleteExit(Index(e.Node));
                break;
            case ChainBought { Group: { } group } e:
                FollowCreation(e.Chain, e.ChainHash, e.Slices, group);
                break;
            case ChainDeleted e:
                Delete(StoredEvents.Chain(e.Chain));
                break;
            case FactWithoutEffect { Fact: nameof(ChainDeleted) } e:
                Delete(e.Subject);
                break;
            case FactWithoutEffect e when e.Fact != nameof(NodeAddressChanged):
                throw new PlacementException(e.Reason);
            case FactsRetracted e:
                throw new PlacementException($"facts from {e.Numbers[0]} on were retracted");
            case UnmappedLogSeen e when Replacements.Contains(e.EventName):
                throw new PlacementException($"a member was replaced ({e.EventName} in block {e.Origin.BlockNumber}), and no fact tells in which chain");
        }
    });

    /// <summary>The scheduler's own choice takes its place in the books too, so that the strategy <c>skale</c> goes on from it.</summary>
    public void FollowChoice(Chain chain, IReadOnlyList<NodeId> group) => Try(() => FollowCreation(chain.Name, chain.Hash, chain.Slices, group));

    /// <summary>
    /// A member was replaced. Facts of rotations and of failed key ceremonies end here; from the first one on, a leaving node is no reason to doubt.
    /// </summary>
    public void FollowReplacement(string chainHash, NodeId member, ReplacementCause cause, NodeId successor) => Try(() =>
    {
        tellsReplacements = true;
        books.FollowReplacement(chainHash, Index(member), cause, Index(successor));
    });

    /// <summary>From here on the books cannot be relied on. The first reason is kept.</summary>
    public void PutInDoubt(string reason) => Doubt ??= reason;

    internal static IReadOnlyList<NodeId> Ids(Selection selection) => [.. selection.Nodes.Select(n => new NodeId(n))];

    internal static PlacementEvidence Evidence(string strategy, Selection selection, string digest) =>
        new(strategy, 1, selection.Seed, selection.Candidates, digest, [.. selection.Picks.SelectMany(p => (int[])[p.FreeUnits, p.Index])]);

    private void FollowCreation(ChainName chain, string hash, int slices, IReadOnlyList<NodeId> group)
    {
        books.FollowCreation(hash, slices, [.. group.Select(Index)]);
        hashes[StoredEvents.Chain(chain)] = hash;
    }

    private void Delete(string stream)
    {
        if (hashes.Remove(stream, out var hash))
        {
            books.DeleteChain(hash);
        }
    }

    private int? Leaver() => tellsReplacements ? null : Enumerable.Range(0, books.NodeCount)
        .Where(n => books.Node(n).Standing == SkaleManager.NodeStanding.Leaving && books.NextToLeave(n) is not null).Cast<int?>().FirstOrDefault();

    private static int Index(NodeId node) => node.Value is >= 0 and <= int.MaxValue ? (int)node.Value : -1;

    private void Try(Action follow)
    {
        if (Doubt is not null)
        {
            return;
        }

        try
        {
            follow();
        }
        catch (PlacementException e)
        {
            PutInDoubt(e.Message);
        }
    }
}
