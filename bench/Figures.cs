using System.Globalization;

namespace Skale.Bench;

/// <summary>One duration, measured several times.</summary>
internal sealed record Figures(IReadOnlyList<TimeSpan> Times)
{
    public TimeSpan Median
    {
        get
        {
            var sorted = Times.Order().ToArray();
            return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        }
    }

    public static Figures Of<T>(IEnumerable<T> rounds, Func<T, TimeSpan> time) => new([.. rounds.Select(time)]);

    /// <summary>A row of a Markdown table: what, median, min, max, in seconds.</summary>
    public string Row(string what) => $"| {what} | {Text(Median)} | {Text(Times.Min())} | {Text(Times.Max())} |";

    public static string Text(TimeSpan time) => time.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture);
}
