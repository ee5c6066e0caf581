namespace Skale.SkaleManager;

/// <summary>
/// How many visible nodes have exactly so many free units, as a binary tree over 1 .. total: vertex 1 is the root, the children of v are 2v and
/// 2v + 1. Nodes with 0 free units are not in it.
/// </summary>
internal sealed class UnitsTree
{
    private readonly int leaves;
    private readonly int[] counts;

    public UnitsTree(int leaves) => (this.leaves, counts) = (leaves, new int[2 * leaves]);

    private UnitsTree(UnitsTree other) => (leaves, counts) = (other.leaves, [.. other.counts]);

    public UnitsTree Fork() => new(this);

    public void Change(int units, int by)
    {
        for (var vertex = leaves + units - 1; vertex > 0; vertex >>= 1)
        {
            counts[vertex] += by;
        }
    }

    /// <summary>Nodes with at least so many free units; 1 or more.</summary>
    public int CountFrom(int units)
    {
        var vertex = leaves + units - 1;
        var sum = counts[vertex];
        for (; vertex > 1; vertex >>= 1)
        {
            sum += (vertex & 1) == 0 ? counts[vertex + 1] : 0;
        }

        return sum;
    }

    /// <summary>
    /// Draws a number of free units, at least <paramref name="units"/>, each in proportion to its nodes (getRandomNonZeroElementFromPlaceToLast):
    /// from the root down, a draw at every vertex that has a part below its middle which counts, also when one side is empty.
    /// </summary>
    public int Draw(int units, Draws draws)
    {
        var (vertex, first, last, bound, sum) = (1, 1, leaves, units, CountFrom(units));
        while (first < last)
        {
            var middle = (first + last) / 2;
            var toTheRight = middle < bound;
            if (!toTheRight)
            {
                var right = counts[(2 * vertex) + 1];
                toTheRight = draws.Below(sum) >= sum - right;
                (sum, bound) = toTheRight ? (right, 1) : (sum - right, bound);
            }

            (vertex, first, last) = toTheRight ? ((2 * vertex) + 1, middle + 1, last) : (2 * vertex, first, middle);
        }

        return first;
    }
}
