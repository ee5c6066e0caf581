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
        var moved = TakeOut(entry.FreeUnits, entry.Position);
        if (moved != node)
        {
            nodes.Write(moved).Position = entry.Position;
        }

        entry.Position = NodeEntry.Hidden;
    }

    /// <summary>Puts a node back where it was; the last that was removed comes first.</summary>
    public void Restore(ref NodeEntry entry, int node, int position)
    {
        var moved = PutBack(entry.FreeUnits, position, node);
        if (moved != node)
        {
            nodes.Write(moved).Position = lists[entry.FreeUnits].Count - 1;
        }

        entry.Position = position;
    }

    /// <summary>Of a list alone: the nodes know nothing of it, until <see cref="PutBack"/> has undone it.</summary>
    /// <returns>The last, which stands in its place now.</returns>
    public int TakeOut(int units, int index)
    {
        var list = lists[units];
        var last = list.Pop();
        if (index < list.Count)
        {
            list.Write(index) = last;
        }

        Count(units, -1);
        return last;
    }

    /// <returns>The one that stood in its place, and is the last again.</returns>
    public int PutBack(int units, int index, int node)
    {
        var list = lists[units];
        list.Add(node);
        var moved = list[index];
        if (moved != node)
        {
            (list.Write(list.Count - 1), list.Write(index)) = (moved, node);
        }

        Count(units, 1);
        return moved;
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
