using System.Collections.Immutable;
using System.Numerics;

namespace Skale.Scheduler.Domain;

/// <summary>Which places of a node are taken, as a bit for each: chains of 0 slices can take more of them than a node has slices.</summary>
internal sealed class Slots
{
    private const int WordBits = 64;
    private readonly ImmutableArray<ulong> words;

    private Slots(ImmutableArray<ulong> words) => this.words = words;

    public static Slots None { get; } = new([]);

    /// <summary>The first from 0 that is not taken.</summary>
    public int LowestFree
    {
        get
        {
            var at = 0;
            while (at < words.Length && words[at] == ulong.MaxValue)
            {
                at++;
            }

            return (at * WordBits) + (at < words.Length ? BitOperations.TrailingZeroCount(~words[at]) : 0);
        }
    }

    public static Slots Of(IEnumerable<int> taken)
    {
        var words = ImmutableArray.CreateBuilder<ulong>();
        foreach (var slot in taken)
        {
            words.Count = Math.Max(words.Count, (slot / WordBits) + 1);
            words[slot / WordBits] |= BitOf(slot);
        }

        return words.Count == 0 ? None : new(words.ToImmutable());
    }

    public Slots With(int slot)
    {
        var (at, grown) = (slot / WordBits, words);
        while (grown.Length <= at)
        {
            grown = grown.Add(0);
        }

        return new(grown.SetItem(at, grown[at] | BitOf(slot)));
    }

    public Slots Without(int slot)
    {
        var at = slot / WordBits;
        if (at >= words.Length)
        {
            return this;
        }

        var left = words.SetItem(at, words[at] & ~BitOf(slot));
        while (!left.IsEmpty && left[^1] == 0)
        {
            left = left.RemoveAt(left.Length - 1);
        }

        return new(left);
    }

    private static ulong BitOf(int slot) => 1UL << (slot % WordBits);
}
