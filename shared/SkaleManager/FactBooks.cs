using Skale.Contracts;

namespace Skale.SkaleManager;

/// <summary>
/// The contract's books as facts tell them, in their order: each fact is an operation on <see cref="PlacementBooks"/>, or none. Facts that do not fit, or tell that
/// something happened which no fact describes, put the books in doubt for good: what they say from then on is not the contract's.
/// </summary>
public sealed partial class FactBooks
{
    /// <summary>Events that change the books; as an unmapped log such an event happened and no fact tells it.</summary>
    private static readonly HashSet<string> Operations =
    [
        "NodeCreated", "ExitInited", "ExitInitialized", "ExitCompleted", "MaintenanceNode", "IncompliantNode", "SchainCreated", "SchainDeleted", "ChannelOpened", "FailedDKG",
    ];

    /// <summary>Events of replacements (skale-facts 1.3): as an unmapped log, one of which the chain is unknown.</summary>
    private static readonly string[] Replacements = ["NewGuy", "NodeAdded"];

    private readonly PlacementBooks books;
    private readonly Dictionary<string, NodeId> stuck;

    /// <summary>A failed ceremony with a successor, whose rotation comes later in the same transaction.</summary>
    private KeyCeremonyFailed? owed;
    private bool tellsReplacements;

    public FactBooks()
        : this(new PlacementBooks(), [])
    {
    }

    private FactBooks(PlacementBooks books, Dictionary<string, NodeId> stuck) => (this.books, this.stuck) = (books, stuck);

    /// <summary>Why the books cannot be relied on; null when they can.</summary>
    public string? Doubt { get; private set; }

    /// <summary>To draw from; null when in doubt.</summary>
    public PlacementBooks? Reliable => Doubt is null ? books : null;

    /// <summary>The same books, to go their own way.</summary>
    public FactBooks Fork() => new(books.Fork(), new(stuck)) { Doubt = Doubt, owed = owed, tellsReplacements = tellsReplacements };

    public FactBooksState State() => new(books.State(), stuck, owed, tellsReplacements, Doubt);

    /// <exception cref="PlacementException">The state contradicts itself.</exception>
    public static FactBooks Of(FactBooksState state) =>
        new(PlacementBooks.Of(state.Books), new(state.Stuck)) { Doubt = state.Doubt, owed = state.Owed, tellsReplacements = state.TellsReplacements };

    /// <summary>What the contract thinks that a node has free; only while the books can be relied on.</summary>
    public int FreeUnitsOf(NodeId node) => books.Node(Index(node)).FreeUnits;

    /// <summary>The members of a chain in order; null when no such chain is in the books.</summary>
    public IReadOnlyList<NodeId>? GroupOf(string chainHash) => books.HasChain(chainHash) ? Ids(books.Chain(chainHash).Group) : null;

    /// <summary>A fact that the contract's books follow; others change nothing. A chain without a named group is not in the books until <see cref="FollowCreation"/>.</summary>
    public void Follow(IFact fact) => Try(() =>
    {
        if (owed is { } failed && failed.Origin.TransactionHash != fact.Origin.TransactionHash)
        {
            throw new PlacementException($"member {failed.BadNode} of chain {failed.Chain?.Value ?? failed.ChainHash} was replaced in block {failed.Origin.BlockNumber}, and no log opens the new key ceremony");
        }

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
                books.FollowCreation(e.ChainHash, e.Slices, [.. group.Select(Index)]);
                break;
            case ChainDeleted e:
                Delete(e.ChainHash);
                break;
            case KeyCeremonyStarted:
                tellsReplacements = true;
                break;
            case KeyCeremonyFailed { Stuck: true } e:
                Remember(e);
                break;
            case KeyCeremonyFailed { NewNode: not null } e:
                owed = e;
                break;
            case ChainRotated e:
                FollowRotation(e);
                break;
            case UnmappedLogSeen { EventName: { } name } e when Replacements.Contains(name):
                throw new PlacementException($"a member was replaced ({name} in block {e.Origin.BlockNumber}), and no fact tells in which chain");
            case UnmappedLogSeen { EventName: { } name } e when Operations.Contains(name):
                throw new PlacementException($"block {e.Origin.BlockNumber} has a log {name} that is not as expected, so what it did is unknown");
        }
    });

    /// <summary>A group that somebody else than the contract chose takes its place in the books too.</summary>
    public void FollowCreation(string chainHash, int units, IReadOnlyList<NodeId> group) => Try(() => books.FollowCreation(chainHash, units, [.. group.Select(Index)]));

    /// <summary>A member of a group that somebody else than the contract chose was replaced by its chooser.</summary>
    public void FollowOwnReplacement(string chainHash, NodeId old, NodeId successor) =>
        Try(() => books.FollowReplacement(chainHash, Index(old), ReplacementCause.Rotation, Index(successor)));

    /// <summary>A chain is gone; one that is not in the books changes nothing.</summary>
    public void FollowDeletion(string chainHash) => Try(() => Delete(chainHash));

    /// <summary>From here on the books cannot be relied on. The first reason is kept.</summary>
    public void PutInDoubt(string reason) => Doubt ??= reason;

    private void Remember(KeyCeremonyFailed e)
    {
        if (e.BadNode is { } bad)
        {
            stuck[e.ChainHash] = bad;
        }
    }

    private void Delete(string chainHash)
    {
        stuck.Remove(chainHash);
        if (books.HasChain(chainHash))
        {
            books.DeleteChain(chainHash);
        }
    }

    /// <summary>Who came is told best by the group that the contract names afterwards; when nothing tells, it is drawn.</summary>
    private void FollowRotation(ChainRotated e)
    {
        (tellsReplacements, owed) = (true, null);
        var old = Leaver(e);
        var told = Told(e, books.Chain(e.ChainHash).Group.IndexOf(Index(old))) ?? e.NewNode;
        stuck.Remove(e.ChainHash);
        if (told is { } successor)
        {
            books.FollowReplacement(e.ChainHash, Index(old), Cause(e), Index(successor));
        }
        else
        {
            books.Replace(e.ChainHash, Index(old), Cause(e), e.Origin.ParentHash);
        }

        if (!IsGroup(e, GroupOf(e.ChainHash)!))
        {
            throw new PlacementException(
                $"chain {e.Chain?.Value ?? e.ChainHash} was rotated in block {e.Origin.BlockNumber}: the contract names the group {string.Join(' ', e.Group!)} and the facts give {string.Join(' ', GroupOf(e.ChainHash)!)}");
        }
    }

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

    private static ReplacementCause Cause(ChainRotated e) => e.Reason == RotationReason.NodeExit ? ReplacementCause.Exit : ReplacementCause.FailedKeyCeremony;

    private static int Index(NodeId node) => node.Value is >= 0 and <= int.MaxValue ? (int)node.Value : -1;

    private static IReadOnlyList<NodeId> Ids(IEnumerable<int> nodes) => [.. nodes.Select(n => new NodeId(n))];
}
