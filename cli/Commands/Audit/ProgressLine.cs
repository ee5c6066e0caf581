using System.Diagnostics;

namespace Skale.Cli.Commands.Audit;

/// <summary>How far a long command is, once a second, where somebody looks: on the error stream of a terminal.</summary>
/// <param name="total">The position at the end.</param>
/// <param name="from">The position at the start.</param>
/// <param name="unit">What is counted.</param>
internal sealed class ProgressLine(string what, long total, long from = 0, string unit = "events") : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private readonly bool isWatched = !Console.IsErrorRedirected;
    private readonly long begun = Stopwatch.GetTimestamp();
    private long last = Stopwatch.GetTimestamp();
    private bool isShown;

    public void Report(long done)
    {
        if (isWatched && Stopwatch.GetElapsedTime(last) >= Every)
        {
            (last, isShown) = (Stopwatch.GetTimestamp(), true);
            var (events, percent) = (done - from, 100 * (done - from) / Math.Max(1, total - from));
            Console.Error.Write($"\r{what}: {events} of {total - from} {unit}, {percent} %, {events / Stopwatch.GetElapsedTime(begun).TotalSeconds:F0} {unit}/s ");
        }
    }

    public void Dispose()
    {
        if (isShown)
        {
            Console.Error.WriteLine();
        }
    }
}
