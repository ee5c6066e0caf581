namespace Skale.SkaleManager;

/// <summary>
/// The visible nodes by free units (spaceToNodes): a list for each number of units, 0 included, whose order is part of the state. Who joins is
/// appended; the last takes the place of one who leaves.
/// </summary>
internal sealed class Buckets
{
    private readonly PagedList<int>[] lists;
    private readonly PagedList<NodeEntry> nodes;
    private readonly UnitsTree tree;

    /// <param name="nodes">Of the books; their free units and positions are read and written here.</param>
    public Buckets(int unitsPerNode, PagedList<NodeEntry> nodes)
    {
        lists = [.. Enumerable.Range(0, unitsPerNode + 1).Select(_ => new PagedList<int>())];
        this.nodes = nodes;
        tree = new UnitsTree(unitsPerNode);
    }

    private Buckets(Buckets other, PagedList<NodeEntry> nodes)
    {
        lists = [.. other.lists.Select(l => l.Fork())];
        this.nodes = nodes;
        tree = other.tree.Fork();
    }

    /// <param name="ofFork">The nodes of the fork.</param>
    public Buckets Fork(PagedList<NodeEntry> ofFork) => new(this, ofFork);

    public IEnumerable<int> List(int units) => lists[units].Items();

    public void Append(ref NodeEntry entry, int node)
    {
        entry.Position = lists[entry.FreeUnits].Count;
        lists[entry.FreeUnits].Add(node);
        Count(entry.FreeUnits, 1);
    }

    public void Remove(ref NodeEntry entry, int node)
    {
        var list = lists[entry.FreeUnits];
        var last = list.Pop();
        if (last != node)
        {
            list.Write(entry.Position) = last;
            nodes.Write(last).Position = entry.Position;
        }

        entry.Position = NodeEntry.Hidden;
        Count(entry.FreeUnits, -1);
    }

    /// <summary>Nodes with at least so many free units; the contract takes 0 for 1.</summary>
    public int CountFrom(int units) => tree.CountFrom(Math.Max(1, units));

    /// <summary>Draws one of them: the units by walking the tree, then, with the first number again, its place among those with as many.</summary>
    public Pick Draw(int units, Draws draws)
    {
        draws.Restart();
        var free = tree.Draw(Math.Max(1, units), draws);
        draws.Restart();
        var index = draws.Below(lists[free].Count);
        return new Pick(lists[free][index], free, index);
    }

    private void Count(int units, int by)
    {
        if (units > 0)
        {
            tree.Change(units, by);
        }
    }
}
