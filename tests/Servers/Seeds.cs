using System.Globalization;

namespace Skale.Servers;

/// <summary>The seeds of a property test: 1 to a number, or the one alone that <c>SKALE_SEED</c> names.</summary>
public static class Seeds
{
    public static IEnumerable<int> UpTo(int count) =>
        Environment.GetEnvironmentVariable("SKALE_SEED") is { } only ? [int.Parse(only, CultureInfo.InvariantCulture)] : Enumerable.Range(1, count);

    /// <summary>Checks a property for each; a failure names its seed.</summary>
    public static void ForEach(int count, Action<int> check)
    {
        foreach (var seed in UpTo(count))
        {
            try
            {
                check(seed);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Seed {seed} (run it alone with SKALE_SEED={seed}): {e.Message}", e);
            }
        }
    }
}
