namespace Skale.SkaleManager;

/// <summary>
/// The books that SKALE Manager keeps of nodes and chains, and its selection, bit for bit (skale-facts 1.6): every change of the contract is a
/// method here, in the order of the chain of blocks. Nothing is drawn that the books do not determine. A <see cref="Fork"/> costs little and
/// goes its own way. A change that is refused changes nothing. Not safe for several threads, forks of one another included, but for
/// the <see cref="State"/> of a fork that nobody changes.
/// </summary>
public sealed partial class PlacementBooks
{
    /// <summary>TOTAL_SPACE_ON_NODE.</summary>
    public const int UsualUnitsPerNode = 128;

    private readonly PagedList<NodeEntry> nodes;
    private readonly Buckets buckets;
    private readonly ChainTable chains = new();
    private object owner = new();

    /// <param name="unitsPerNode">Of a new node; a power of two, as the contract's tree asks for.</param>
    public PlacementBooks(int unitsPerNode = UsualUnitsPerNode)
    {
        if (unitsPerNode < 1 || !System.Numerics.BitOperations.IsPow2(unitsPerNode))
        {
            throw new PlacementException($"{unitsPerNode} units per node: the contract's tree needs a power of two.");
        }

        (UnitsPerNode, nodes) = (unitsPerNode, new());
        buckets = new(unitsPerNode, nodes);
    }

    private PlacementBooks(PlacementBooks other)
    {
        (UnitsPerNode, chains) = (other.UnitsPerNode, other.chains.Fork());
        nodes = other.nodes.Fork();
        buckets = other.buckets.Fork(nodes);
    }

    /// <summary>Told of each node whose free units change, or whether it is visible. A fork tells nobody.</summary>
    public Action<int>? Changed { get; set; }

    public int UnitsPerNode { get; }

    public int NodeCount => nodes.Count;

    /// <summary>In no particular order.</summary>
    public IEnumerable<ChainAccount> Chains => chains.Items;

    public int ChainCount => chains.Count;

    /// <summary>The same books, to go their own way: what happens in one is not seen in the other.</summary>
    public PlacementBooks Fork()
    {
        owner = new();
        return new(this);
    }

    public NodeAccount Node(int node) => nodes[Known(node)].Account;

    public bool IsVisible(int node) => IsListed(Known(node));

    /// <summary>The visible nodes with exactly so many free units, in the contract's order.</summary>
    public IEnumerable<int> VisibleWith(int freeUnits) => buckets.List(freeUnits);

    /// <summary>Visible nodes that a chain of so many units could take.</summary>
    public int Candidates(int units) => buckets.CountFrom(Allowed(units));

    /// <summary>The chains of a node by place from 0; null is a hole (getSchainHashesForNode).</summary>
    public ReadOnlySpan<string?> SlotsOf(int node) => nodes[Known(node)].Slots.Chains;

    /// <summary>Free places in the order in which the contract keeps them; the last is taken first.</summary>
    public ReadOnlySpan<int> HolesOf(int node) => nodes[Known(node)].Slots.Holes;

    public bool HasChain(string chainHash) => chains.Find(Hash.Normalise(chainHash)) is not null;

    public ChainAccount Chain(string chainHash) => chains.Find(Hash.Normalise(chainHash))
        ?? throw new PlacementException($"No chain {chainHash} is in the books.");

    /// <summary>The chain that a leaving node leaves next, the one in its highest place; null when it serves none.</summary>
    public string? NextToLeave(int node)
    {
        var places = SlotsOf(node);
        var last = places.LastIndexOfAnyExcept((string?)null);
        return last < 0 ? null : places[last];
    }

    private int Known(int node) => node >= 0 && node < nodes.Count
        ? node
        : throw new PlacementException($"Node {node} is not in the books: they know {nodes.Count}, numbered from 0.");

    private int Allowed(int units) => units >= 0 && units <= UnitsPerNode
        ? units
        : throw new PlacementException($"{units} units of each node; a node has {UnitsPerNode}.");

    private bool IsListed(int node) => nodes[node].Position != NodeEntry.Hidden;

    private NodeSlots WriteSlots(int node)
    {
        if (nodes[node].Slots.Owner != owner)
        {
            ref var entry = ref nodes.Write(node);
            entry.Slots = entry.Slots.Fork(owner);
        }

        return nodes[node].Slots;
    }

    private void Hide(int node)
    {
        if (IsListed(node))
        {
            buckets.Remove(ref nodes.Write(node), node);
            Changed?.Invoke(node);
        }
    }

    private void Show(int node)
    {
        if (!IsListed(node) && nodes[node].Account.MayBeVisible)
        {
            buckets.Append(ref nodes.Write(node), node);
            Changed?.Invoke(node);
        }
    }

    /// <summary>Gives units back (or takes them, below 0). A visible node moves at once to the end of its new list; with 0 units nobody moves.</summary>
    private void AddUnits(int node, int units)
    {
        if (units == 0)
        {
            return;
        }

        ref var entry = ref nodes.Write(node);
        var visible = entry.Position != NodeEntry.Hidden;
        Hide(node);
        entry.FreeUnits += units;
        if (visible)
        {
            buckets.Append(ref entry, node);
        }

        Changed?.Invoke(node);
    }
}
