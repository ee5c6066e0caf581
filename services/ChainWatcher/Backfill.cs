using System.Runtime.CompilerServices;
using Skale.ChainWatcher.Domain;

namespace Skale.ChainWatcher;

/// <summary>Scans many blocks: windows of a size the endpoint bears, a few in flight, handed out in order.</summary>
internal sealed class Backfill(LogScanner scanner, long mostBlocks, int inFlight = Backfill.DefaultInFlight)
{
    public const int DefaultInFlight = 4;
    private WindowSize window = new(mostBlocks, mostBlocks);

    public async IAsyncEnumerable<ScannedRange> Scan(long from, long to, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var asked = new Queue<Task<ScannedRange>>();
        try
        {
            for (var next = from; next <= to || asked.Count > 0;)
            {
                while (asked.Count < inFlight && next <= to)
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
            stop.Cancel();
            await Task.WhenAll(asked.Select(late => late.ContinueWith(
                t => t.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default)));
        }
    }

    private async Task<ScannedRange> Window(long from, long to, CancellationToken cancellation)
    {
        WindowRefusal refusal;
        try
        {
            var range = await scanner.Window(from, to, cancellation);
            window = window.Answered(to - from + 1);
            return range;
        }
        catch (Exception e) when (from < to && QueryLimit.Of(e, from, to) is { } said)
        {
            refusal = said;
        }

        window = window.Refused(to - from + 1, refusal);
        var part = WindowSize.Part(to - from + 1, refusal);
        var whole = await Window(from, from + part - 1, cancellation);
        for (var next = from + part; next <= to; next += part)
        {
            whole = whole.Join(await Window(next, Math.Min(next + part - 1, to), cancellation));
        }

        return whole;
    }
}
