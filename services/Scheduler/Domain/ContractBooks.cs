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

/// <summary>All that <see cref="ContractBooks"/> hold, as a value.</summary>
/// <param name="Hashes">Of the chains in the books, by their stream.</param>
public sealed record ContractBooksState(FactBooksState Books, IReadOnlyDictionary<string, string> Hashes);

/// <summary>The contract's books as the scheduler's log tells them: facts, what came of facts that changed nothing here, and the scheduler's own choices.</summary>
public sealed class ContractBooks
{
    private readonly FactBooks books;
    private readonly Dictionary<string, string> hashes;

    public ContractBooks()
        : this(new FactBooks(), [])
    {
    }

    private ContractBooks(FactBooks books, Dictionary<string, string> hashes) => (this.books, this.hashes, Room) = (books, hashes, new(books));

    /// <summary>The same books, to go their own way.</summary>
    public ContractBooks Fork() => new(books.Fork(), new(hashes));

    /// <summary>Shares memory with the books: read it before they go on, or of a fork that nobody changes.</summary>
    public ContractBooksState State() => new(books.State(), hashes);

    /// <exception cref="PlacementException">The state contradicts itself.</exception>
    public static ContractBooks Of(ContractBooksState state) => new(FactBooks.Of(state.Books), new(state.Hashes));

    /// <summary>Why the books cannot be relied on; null when they can.</summary>
    public string? Doubt => books.Doubt;

    /// <summary>To draw from; null when in doubt.</summary>
    public PlacementBooks? Reliable => books.Reliable;

    /// <summary>What the contract thinks that a node has free; only while the books can be relied on.</summary>
    public int FreeSlicesOf(NodeId node) => books.FreeUnitsOf(node);

    /// <summary>On which nodes the contract thinks that there is room; only while the books can be relied on.</summary>
    internal ContractRoom Room { get; }

    /// <summary>Draws again what the contract drew, on a fork. Call it before the fact is followed. A group that the contract's own rules refuse is none that differs.</summary>
    public Recomputation Recompute(ChainBought bought) => books.Check(bought) switch
    {
        { Finding: Finding.Agrees, Selection: { } selection } e => new(Recomputation.Agrees, e.ComputedGroup, Evidence(Placement.ByContract.Strategy, Placement.ByContract.Version, selection, "")),
        { Finding: Finding.Differs, Selection: { } selection } e => new(Recomputation.Differs, e.ComputedGroup, Evidence(Placement.ByContract.Strategy, Placement.ByContract.Version, selection, "")),
        var e => Recomputation.Impossible(e?.Reason ?? "no log names the group"),
    };

    /// <summary>Draws a successor again that the contract drew. Call it before the fact is followed.</summary>
    public Recomputation Recompute(ChainRotated rotated) => books.Check(rotated) switch
    {
        { Finding: Finding.Agrees, Selection: { } selection } e => new(Recomputation.Agrees, e.ComputedGroup, Evidence(Placement.ByContract.Strategy, Placement.ByContract.Version, selection, "")),
        { Finding: Finding.Differs, Selection: { } selection } e => new(Recomputation.Differs, e.ComputedGroup, Evidence(Placement.ByContract.Strategy, Placement.ByContract.Version, selection, "")),
        var e => Recomputation.Impossible(e?.Reason ?? "no log tells who came"),
    };

    /// <summary>A fact that the contract's books follow; others change nothing.</summary>
    public void Follow(IFact fact)
    {
        switch (fact)
        {
            case FactWithoutEffect { Fact: nameof(ChainDeleted) } e when hashes.Remove(e.Subject, out var hash):
                books.FollowDeletion(hash);
                break;
            case FactWithoutEffect e when e.Fact is not (nameof(NodeAddressChanged) or nameof(ChainDeleted)):
                books.PutInDoubt(e.Reason);
                break;
            case FactsRetracted e:
                books.PutInDoubt($"facts from {e.Numbers[0]} on were retracted");
                break;
            default:
                books.Follow(fact);
                break;
        }

        if (fact is ChainBought { Group: not null } bought)
        {
            hashes[StoredEvents.Chain(bought.Chain)] = bought.ChainHash;
        }
    }

    /// <summary>The scheduler's own choice takes its place in the books too, so that the strategy <c>skale</c> goes on from it.</summary>
    public void FollowChoice(Chain chain, IReadOnlyList<NodeId> group)
    {
        books.FollowCreation(chain.Hash, chain.Slices, group);
        hashes[StoredEvents.Chain(chain.Name)] = chain.Hash;
    }

    /// <summary>A member that the scheduler replaced is replaced in the books too.</summary>
    public void FollowReplacement(Chain chain, NodeId old, NodeId successor) => books.FollowOwnReplacement(chain.Hash, old, successor);

    internal static IReadOnlyList<NodeId> Ids(Selection selection) => [.. selection.Nodes.Select(n => new NodeId(n))];

    internal static PlacementEvidence Evidence(string strategy, int version, Selection selection, string digest) =>
        new(strategy, version, selection.Seed, selection.Candidates, digest, [.. selection.Picks.SelectMany(p => (int[])[p.FreeUnits, p.Index])]);
}
