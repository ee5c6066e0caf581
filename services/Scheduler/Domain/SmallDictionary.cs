using System.Collections;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Skale.Scheduler.Domain;

/// <summary>
/// A dictionary of a few entries, up to some hundreds, that never changes: two arrays in the order of the keys. A change copies them, which for so few is less than the objects that a tree has
/// for each entry; a network has millions of entries, and every object more is one that the collector moves.
/// </summary>
public sealed class SmallDictionary<TKey, TValue> : IReadOnlyDictionary<TKey, TValue>
    where TKey : IComparable<TKey>
{
    internal SmallDictionary(ImmutableArray<TKey> keys, ImmutableArray<TValue> values) => (Keys, Values) = (keys, values);

    public ImmutableArray<TKey> Keys { get; }

    /// <summary>In the order of the keys.</summary>
    public ImmutableArray<TValue> Values { get; }

    public int Count => Keys.Length;

    public bool IsEmpty => Keys.IsEmpty;

    IEnumerable<TKey> IReadOnlyDictionary<TKey, TValue>.Keys => Keys;

    IEnumerable<TValue> IReadOnlyDictionary<TKey, TValue>.Values => Values;

    public TValue this[TKey key] => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException($"There is no {key}.");

    public bool ContainsKey(TKey key) => Keys.BinarySearch(key) >= 0;

    public bool TryGetValue(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        var at = Keys.BinarySearch(key);
        value = at >= 0 ? Values[at] : default;
        return at >= 0;
    }

    /// <exception cref="ArgumentException">The key is there already.</exception>
    public SmallDictionary<TKey, TValue> Add(TKey key, TValue value) =>
        Keys.BinarySearch(key) is < 0 and var at ? new(Keys.Insert(~at, key), Values.Insert(~at, value)) : throw new ArgumentException($"{key} is there already.", nameof(key));

    /// <param name="more">In any order.</param>
    /// <exception cref="ArgumentException">A key is there already, or comes twice.</exception>
    public SmallDictionary<TKey, TValue> AddRange(IEnumerable<(TKey Key, TValue Value)> more) => SmallDictionary.Of(this.Select(e => (e.Key, e.Value)).Concat(more));

    /// <exception cref="KeyNotFoundException">The key is not there.</exception>
    public SmallDictionary<TKey, TValue> Replace(TKey key, TValue value) =>
        Keys.BinarySearch(key) is >= 0 and var at ? new(Keys, Values.SetItem(at, value)) : throw new KeyNotFoundException($"There is no {key}.");

    /// <summary>Each value as it is to be from now on.</summary>
    public SmallDictionary<TKey, TValue> ChangeEach(Func<TValue, TValue> change) => new(Keys, [.. Values.Select(change)]);

    /// <summary>Itself when the key is not there.</summary>
    public SmallDictionary<TKey, TValue> Remove(TKey key) => Keys.BinarySearch(key) is >= 0 and var at ? new(Keys.RemoveAt(at), Values.RemoveAt(at)) : this;

    public IEnumerator<KeyValuePair<TKey, TValue>> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
        {
            yield return new(Keys[i], Values[i]);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>Makes <see cref="SmallDictionary{TKey, TValue}"/>s.</summary>
public static class SmallDictionary
{
    public static SmallDictionary<TKey, TValue> Empty<TKey, TValue>()
        where TKey : IComparable<TKey> => new([], []);

    /// <param name="entries">In any order.</param>
    /// <exception cref="ArgumentException">A key comes twice.</exception>
    public static SmallDictionary<TKey, TValue> Of<TKey, TValue>(IEnumerable<(TKey Key, TValue Value)> entries)
        where TKey : IComparable<TKey>
    {
        var sorted = entries.ToArray();
        Array.Sort(sorted, (a, b) => a.Key.CompareTo(b.Key));
        for (var i = 1; i < sorted.Length; i++)
        {
            if (sorted[i].Key.CompareTo(sorted[i - 1].Key) == 0)
            {
                throw new ArgumentException($"{sorted[i].Key} comes twice.", nameof(entries));
            }
        }

        return new([.. sorted.Select(e => e.Key)], [.. sorted.Select(e => e.Value)]);
    }
}
