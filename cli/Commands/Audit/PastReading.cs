using System.CommandLine;
using Skale.EventStore;
using Skale.Metrics;
using Skale.Metrics.Domain;

namespace Skale.Cli.Commands.Audit;

/// <summary>What the commands on the network's past share: the argument that names a moment, and the reading of the log.</summary>
internal static class PastReading
{
    public static Argument<string> Moment(string name) =>
        new(name) { Description = "A time with its zone (2026-01-31T12:00:00Z), a position of the log (512), or a block (block:1200)." };

    /// <exception cref="StoreChoice.BadChoiceException">A text is no moment, or the log is not the scheduler's.</exception>
    public static async Task<IReadOnlyList<PastView>> Read(IEventLog log, string[] moments, CancellationToken cancellation)
    {
        if (log.Name != StoreChoice.DefaultLog)
        {
            throw new StoreChoice.BadChoiceException($"The network's past is in log {StoreChoice.DefaultLog}; '{log.Name}' does not hold it (--log).");
        }

        using var progress = new ProgressLine($"reading log {log.Name}", await log.Head(cancellation));
        return await Past.Read(log, [.. moments.Select(Parse)], progress.Report, cancellation);
    }

    private static PastMoment Parse(string text)
    {
        try
        {
            return PastMoment.Parse(text);
        }
        catch (FormatException e)
        {
            throw new StoreChoice.BadChoiceException(e.Message);
        }
    }
}
