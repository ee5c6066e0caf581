namespace Skale.SkaleManager;

/// <summary>
/// The books that SKALE Manager keeps of nodes and chains, and its selection, bit for bit (skale-facts 1.6): every change of the contract is a
/// method here, in the order of the chain of blocks. Nothing is drawn that the books do not determine. A <see cref="Fork"/> costs little and
/// goes its own way. A change that is refused changes nothing. Not safe for several threads, forks of one another included.
/// </summary>
public sealed partial class PlacementBooks
{
    /// <summary>TOTAL_SPACE_ON_NODE.</summary>
    public const int UsualUnitsPerNode = 128;

    private readonly PagedList<NodeAccount> nodes;
    private readonly PagedList<NodeSlots> slots;
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

        (UnitsPerNode, nodes, slots, buckets) = (unitsPerNode, new(), new(), new(unitsPerNode));
    }

    private PlacementBooks(PlacementBooks other)
    {
        (UnitsPerNode, chains) = (other.UnitsPerNode, other.chains.Fork());
        (nodes, slots, buckets) = (other.nodes.Fork(), other.slots.Fork(), other.buckets.Fork());
    }

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

    public NodeAccount Node(int node) => nodes[Known(node)];

    public bool IsVisible(int node) => buckets.Contains(Known(node));

    /// <summary>The visible nodes with exactly so many free units, in the contract's order.</summary>
    public IEnumerable<int> VisibleWith(int freeUnits) => buckets.List(freeUnits);

    /// <summary>Visible nodes that a chain of so many units could take.</summary>
    public int Candidates(int units) => buckets.CountFrom(Allowed(units));

    /// <summary>The chains of a node by place from 0; null is a hole (getSchainHashesForNode).</summary>
    public ReadOnlySpan<string?> SlotsOf(int node) => slots[Known(node)].Chains;

    /// <summary>Free places in the order in which the contract keeps them; the last is taken first.</summary>
    public ReadOnlySpan<int> HolesOf(int node) => slots[Known(node)].Holes;

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

    private NodeSlots WriteSlots(int node)
    {
        if (slots[node].Owner != owner)
        {
            slots.Write(node) = slots[node].Fork(owner);
        }

        return slots[node];
    }

    private void Hide(int node)
    {
        if (buckets.Contains(node))
        {
            buckets.Remove(node, nodes[node].FreeUnits);
        }
    }

    private void Show(int node)
    {
        if (nodes[node].MayBeVisible && !buckets.Contains(node))
        {
            buckets.Append(node, nodes[node].FreeUnits);
        }
    }

    /// <summary>Gives units back (or takes them, below 0). A visible node moves at once to the end of its new list; with 0 units nobody moves.</summary>
    private void AddUnits(int node, int units)
    {
        if (units == 0)
        {
            return;
        }

        var visible = buckets.Contains(node);
        Hide(node);
        ref var account = ref nodes.Write(node);
        account = account with { FreeUnits = account.FreeUnits + units };
        if (visible)
        {
            buckets.Append(node, account.FreeUnits);
        }
    }
}
