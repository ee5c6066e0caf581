namespace Skale.SkaleManager;

/// <summary>
/// The places of one node's chains (schainsForNodes, holesForNodes), from 0. A chain takes the hole last listed, else a new place at the end.
/// </summary>
internal sealed class NodeSlots
{
    private readonly List<string?> chains;
    private readonly List<int> holes;
    private readonly List<string> barred;

    public NodeSlots(object owner) => (Owner, chains, holes, barred) = (owner, [], [], []);

    public NodeSlots(object owner, IEnumerable<string?> chains, IEnumerable<int> holes, IEnumerable<string> barred) =>
        (Owner, this.chains, this.holes, this.barred) = (owner, [.. chains], [.. holes], [.. barred]);

    /// <summary>The fork whose own this is; any other copies it before it writes.</summary>
    public object Owner { get; }

    /// <summary>By place; null is a free one.</summary>
    public IReadOnlyList<string?> Chains => chains;

    public IReadOnlyList<int> Holes => holes;

    /// <summary>Chains that this node failed and may not serve again. Some may have been deleted since.</summary>
    public IReadOnlyList<string> Barred => barred;

    public NodeSlots Fork(object owner) => new(owner, chains, holes, barred);

    public int Take(string chain)
    {
        if (holes.Count == 0)
        {
            chains.Add(chain);
            return chains.Count - 1;
        }

        var slot = holes[^1];
        holes.RemoveAt(holes.Count - 1);
        chains[slot] = chain;
        return slot;
    }

    /// <summary>The last place is given up, holes before it stay; any other becomes a hole, kept first when it is lower than the first.</summary>
    public void Free(int slot)
    {
        if (slot == chains.Count - 1)
        {
            chains.RemoveAt(slot);
            return;
        }

        chains[slot] = null;
        holes.Add(slot);
        if (slot < holes[0])
        {
            (holes[0], holes[^1]) = (holes[^1], holes[0]);
        }
    }

    public void Bar(string chain) => barred.Add(chain);

    public void Unbar() => barred.Clear();
}
