namespace Skale.SkaleManager;

/// <summary>
/// The visible nodes by free units (spaceToNodes): a list for each number of units, 0 included, whose order is part of the state. Who joins is
/// appended; the last takes the place of one who leaves.
/// </summary>
internal sealed class Buckets
{
    private readonly PagedList<int>[] lists;
    private readonly PagedList<int> positions;
    private readonly UnitsTree tree;

    public Buckets(int unitsPerNode)
    {
        lists = [.. Enumerable.Range(0, unitsPerNode + 1).Select(_ => new PagedList<int>())];
        positions = new PagedList<int>();
        tree = new UnitsTree(unitsPerNode);
    }

    private Buckets(Buckets other)
    {
        lists = [.. other.lists.Select(l => l.Fork())];
        positions = other.positions.Fork();
        tree = other.tree.Fork();
    }

    public Buckets Fork() => new(this);

    /// <summary>Makes room for the next node; it is in no list yet.</summary>
    public void AddNode() => positions.Add(-1);

    public bool Contains(int node) => positions[node] >= 0;

    public IEnumerable<int> List(int units) => lists[units].Items();

    public void Append(int node, int units)
    {
        positions.Write(node) = lists[units].Count;
        lists[units].Add(node);
        Count(units, 1);
    }

    public void Remove(int node, int units)
    {
        var (list, position) = (lists[units], positions[node]);
        var last = list.Pop();
        if (last != node)
        {
            list.Write(position) = last;
            positions.Write(last) = position;
        }

        positions.Write(node) = -1;
        Count(units, -1);
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
