namespace Skale.ChainWatcher.Domain.Manager;

/// <summary>
/// The places of chains on one node, which decide their ports. A chain takes the last entry of the hole list, else a new place at the end; freeing the last place
/// shortens the list, freeing another makes a hole (skale-facts 1.6).
/// </summary>
public sealed class NodeSlots
{
    private readonly List<string?> chains = [];
    private readonly List<int> holes = [];

    /// <summary>Chain hashes by place, null where nobody is.</summary>
    public IReadOnlyList<string?> Chains => chains;

    public void Take(string chain)
    {
        if (holes.Count == 0)
        {
            chains.Add(chain);
            return;
        }

        chains[holes[^1]] = chain;
        holes.RemoveAt(holes.Count - 1);
    }

    /// <summary>Does nothing for a chain that is not here.</summary>
    public void Free(string chain)
    {
        var place = chains.IndexOf(chain);
        if (place < 0)
        {
            return;
        }

        if (place == chains.Count - 1)
        {
            chains.RemoveAt(place);
            return;
        }

        chains[place] = null;
        if (holes.Count > 0 && place < holes[0])
        {
            holes.Add(holes[0]);
            holes[0] = place;
        }
        else
        {
            holes.Add(place);
        }
    }

    /// <summary>Place of a chain, from 1 as the contract counts; 0 when it is not here.</summary>
    public int PlaceOf(string chain) => chains.IndexOf(chain) + 1;
}
