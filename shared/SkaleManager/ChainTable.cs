using System.Globalization;

namespace Skale.SkaleManager;

/// <summary>
/// Chains by hash: a hash table with linear probing whose places are pages that forks share. The hashes are uniform already, so their first 32 bits are the key.
/// </summary>
internal sealed class ChainTable
{
    private PagedList<ChainAccount?> places;

    public ChainTable() => places = Empty(64);

    private ChainTable(ChainTable other) => (places, Count) = (other.places.Fork(), other.Count);

    public int Count { get; private set; }

    public IEnumerable<ChainAccount> Items => places.Items().OfType<ChainAccount>();

    public ChainTable Fork() => new(this);

    /// <summary>Makes room for so many chains, so that they find it when they come.</summary>
    public void Expect(int chains)
    {
        while (chains > places.Count / 2)
        {
            Grow();
        }
    }

    /// <param name="hash">In lower case.</param>
    public ChainAccount? Find(string hash) => places[PlaceOf(hash)];

    /// <summary>Adds the chain, or replaces what was known of it.</summary>
    public void Set(ChainAccount chain)
    {
        var place = PlaceOf(chain.Hash);
        if (places[place] is null && ++Count > places.Count / 2)
        {
            Grow();
            place = PlaceOf(chain.Hash);
        }

        places.Write(place) = chain;
    }

    /// <summary>Takes a chain out that is there, and moves those behind it that it kept from their place.</summary>
    public void Remove(string hash)
    {
        var gap = PlaceOf(hash);
        for (var next = After(gap); places[next] is { } chain; next = After(next))
        {
            var fromHome = Distance(Home(chain.Hash), next);
            if (fromHome >= Distance(gap, next))
            {
                places.Write(gap) = chain;
                gap = next;
            }
        }

        places.Write(gap) = null;
        Count--;
    }

    private int PlaceOf(string hash)
    {
        var place = Home(hash);
        while (places[place] is { } other && other.Hash != hash)
        {
            place = After(place);
        }

        return place;
    }

    private int Home(string hash) => (int)(uint.Parse(hash.AsSpan(2, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) & (uint)(places.Count - 1));

    private int After(int place) => (place + 1) & (places.Count - 1);

    private int Distance(int from, int to) => (to - from) & (places.Count - 1);

    private void Grow()
    {
        var before = places;
        places = Empty(before.Count * 2);
        foreach (var chain in before.Items().OfType<ChainAccount>())
        {
            places.Write(PlaceOf(chain.Hash)) = chain;
        }
    }

    private static PagedList<ChainAccount?> Empty(int size)
    {
        var places = new PagedList<ChainAccount?>();
        for (var i = 0; i < size; i++)
        {
            places.Add(null);
        }

        return places;
    }
}
