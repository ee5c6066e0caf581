using System.Text.Json;

namespace Skale.SkaleManager.Tests;

internal static class Json
{
    public static int[] Numbers(this JsonElement array) => [.. array.EnumerateArray().Select(n => n.GetInt32())];

    /// <summary>Recorded lists of visible nodes by free units, without the empty ones.</summary>
    public static SortedDictionary<int, int[]> Buckets(this JsonElement state) => new(state.GetProperty("buckets").EnumerateObject()
        .Select(b => KeyValuePair.Create(int.Parse(b.Name, System.Globalization.CultureInfo.InvariantCulture), b.Value.Numbers()))
        .Where(b => b.Value.Length > 0).ToDictionary());

    public static string Text(IEnumerable<KeyValuePair<int, int[]>> buckets) => string.Join("; ", buckets.Select(b => $"{b.Key}: {string.Join(' ', b.Value)}"));
}
