namespace Skale.SkaleManager;

/// <summary>
/// A list in pages that forks share until one of them writes: a fork costs one reference per page, the first write to a shared page copies that page.
/// </summary>
internal sealed class PagedList<T>
{
    private const int PageBits = 6;
    private const int PageSize = 1 << PageBits;
    private const int InPage = PageSize - 1;

    private T[][] pages = [];
    private bool[] owned = [];

    public int Count { get; private set; }

    public ref readonly T this[int index] => ref pages[index >> PageBits][index & InPage];

    public PagedList<T> Fork()
    {
        Array.Clear(owned);
        return new PagedList<T> { pages = [.. pages], owned = new bool[owned.Length], Count = Count };
    }

    /// <summary>The item, to be changed: from here on it is this list's own.</summary>
    public ref T Write(int index)
    {
        var page = index >> PageBits;
        if (!owned[page])
        {
            (pages[page], owned[page]) = ([.. pages[page]], true);
        }

        return ref pages[page][index & InPage];
    }

    public void Add(T item)
    {
        if (Count == pages.Length << PageBits)
        {
            Grow();
        }

        Count++;
        Write(Count - 1) = item;
    }

    /// <summary>Takes the last item off. Its place is not cleared: use it for values.</summary>
    public T Pop()
    {
        Count--;
        return pages[Count >> PageBits][Count & InPage];
    }

    public IEnumerable<T> Items()
    {
        for (var i = 0; i < Count; i++)
        {
            yield return pages[i >> PageBits][i & InPage];
        }
    }

    private void Grow()
    {
        var page = pages.Length;
        var length = Math.Max(1, page * 2);
        Array.Resize(ref pages, length);
        Array.Resize(ref owned, length);
        for (; page < length; page++)
        {
            (pages[page], owned[page]) = (new T[PageSize], true);
        }
    }
}
