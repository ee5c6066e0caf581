using System.Numerics;
using Skale.Scheduler.Domain;
using Skale.Servers;

namespace Skale.Scheduler.Tests;

public sealed class SeededNumbersTests
{
    private static readonly BigInteger Numbers = BigInteger.One << 64;

    /// <summary>Around the greatest multiple of the limit, where a number is thrown away once in 2^33 draws or fewer: no seed of ours shows it.</summary>
    [Fact]
    public void numbers_from_the_greatest_multiple_of_the_limit_on_are_thrown_away() => Seeds.ForEach(200, seed =>
    {
        var random = new Random(seed);
        int[] limits = [1, 2, 3, 7, 10_000, 1 << 30, int.MaxValue, random.Next(1, int.MaxValue), random.Next(1, 20_000)];
        foreach (var limit in limits)
        {
            var end = Numbers - (Numbers % limit);
            foreach (var number in (BigInteger[])[0, random.NextInt64(), end - limit, end - 1, end, end + 1, Numbers - 1])
            {
                if (number < Numbers)
                {
                    Assert.Equal(number < end, SeededNumbers.TryReduce((ulong)number, limit, out var drawn));
                    Assert.Equal((int)(number % limit), drawn);
                }
            }
        }
    });
}
