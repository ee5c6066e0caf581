using System.Diagnostics;

namespace Skale.Cli.Commands.Audit;

/// <summary>How far a long command is, once a second, where somebody looks: on the error stream of a terminal.</summary>
internal sealed class ProgressLine(string what, long total) : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private readonly bool isWatched = !Console.IsErrorRedirected;
    private long last = Stopwatch.GetTimestamp();
    private bool isShown;

    public void Report(long done)
    {
        if (isWatched && Stopwatch.GetElapsedTime(last) >= Every)
        {
            (last, isShown) = (Stopwatch.GetTimestamp(), true);
            Console.Error.Write($"\r{what}: {done} of {total} ");
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
