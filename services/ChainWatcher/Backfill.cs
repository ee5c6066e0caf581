using System.Runtime.CompilerServices;
using Skale.ChainWatcher.Domain;

namespace Skale.ChainWatcher;

/// <summary>Scans many blocks: windows of a size the endpoint bears, a few in flight, handed out in order.</summary>
internal sealed class Backfill(LogScanner scanner, long mostBlocks)
{
    private const int InFlight = 4;
    private WindowSize window = new(mostBlocks, mostBlocks);

    public async IAsyncEnumerable<ScannedRange> Scan(long from, long to, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var asked = new Queue<Task<ScannedRange>>();
        try
        {
            for (var next = from; next <= to || asked.Count > 0;)
            {
                while (asked.Count < InFlight && next <= to)
                {
                    var last = Math.Min(next + window.Blocks - 1, to);
                    asked.Enqueue(Window(next, last, stop.Token));
                    next = last + 1;
                }

                yield return await asked.Dequeue();
            }
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(asked.Select(late => late.ContinueWith(t => t.Exception, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default)));
        }
    }

    private async Task<ScannedRange> Window(long from, long to, CancellationToken cancellation)
    {
        try
        {
            var range = await scanner.Window(from, to, cancellation);
            window = window.Answered(to - from + 1);
            return range;
        }
        catch (Exception e) when (from < to && QueryLimit.IsExceeded(e))
        {
            window = window.Refused(to - from + 1);
            var middle = from + ((to - from) / 2);
            return (await Window(from, middle, cancellation)).Join(await Window(middle + 1, to, cancellation));
        }
    }
}
