namespace Skale.SkaleManager;

/// <summary>
/// The places of one node's chains (schainsForNodes, holesForNodes), from 0. A chain takes the hole last listed, else a new place at the end.
/// Arrays, because a pick among thousands of nodes finds none of this in the processor's cache.
/// </summary>
internal sealed class NodeSlots
{
    private string?[] chains;
    private int[] holes;
    private int chainCount;
    private int holeCount;
    private string[] barred;

    public NodeSlots(object owner) => (Owner, chains, holes, barred) = (owner, [], [], []);

    public NodeSlots(object owner, IEnumerable<string?> chains, IEnumerable<int> holes, IEnumerable<string> barred)
    {
        (Owner, this.chains, this.holes, this.barred) = (owner, [.. chains], [.. holes], [.. barred]);
        (chainCount, holeCount) = (this.chains.Length, this.holes.Length);
    }

    /// <summary>The fork whose own this is; any other copies it before it writes.</summary>
    public object Owner { get; }

    /// <summary>By place; null is a free one.</summary>
    public ReadOnlySpan<string?> Chains => chains.AsSpan(0, chainCount);

    public ReadOnlySpan<int> Holes => holes.AsSpan(0, holeCount);

    /// <summary>Chains that this node failed and may not serve again. Some may have been deleted since.</summary>
    public IReadOnlyList<string> Barred => barred;

    public NodeSlots Fork(object owner) => new(owner, Chains.ToArray(), Holes.ToArray(), barred);

    public int Take(string chain)
    {
        if (holeCount > 0)
        {
            var slot = holes[--holeCount];
            chains[slot] = chain;
            return slot;
        }

        Append(ref chains, ref chainCount, chain);
        return chainCount - 1;
    }

    /// <summary>The last place is given up, holes before it stay; any other becomes a hole, kept first when it is lower than the first.</summary>
    public void Free(int slot)
    {
        chains[slot] = null;
        if (slot == chainCount - 1)
        {
            chainCount--;
            return;
        }

        Append(ref holes, ref holeCount, slot);
        if (slot < holes[0])
        {
            (holes[0], holes[holeCount - 1]) = (slot, holes[0]);
        }
    }

    public void Bar(string chain) => barred = [.. barred, chain];

    public void Unbar() => barred = [];

    private static void Append<T>(ref T[] items, ref int count, T item)
    {
        if (count == items.Length)
        {
            Array.Resize(ref items, Math.Max(4, 2 * count));
        }

        items[count++] = item;
    }
}
