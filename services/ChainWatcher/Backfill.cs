using System.Runtime.CompilerServices;
using Skale.ChainWatcher.Domain;

namespace Skale.ChainWatcher;

/// <summary>
/// Scans many blocks: windows of a size the endpoint bears, the logs of a few asked for at once, handed out in order. While the rest of a window with logs is asked for,
/// the logs of the next are.
/// </summary>
internal sealed class Backfill(LogScanner scanner, long mostBlocks, int inFlight = Backfill.DefaultInFlight)
{
    public const int DefaultInFlight = 4;
    private WindowSize window = new(mostBlocks, mostBlocks);

    public async IAsyncEnumerable<ScannedRange> Scan(long from, long to, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var asked = new Queue<(Task Logs, Task<ScannedRange> Whole)>();
        try
        {
            for (var next = from; next <= to || asked.Count > 0;)
            {
                while (next <= to && asked.Count < 2 * inFlight && asked.Count(w => !w.Logs.IsCompleted) < inFlight)
                {
                    var last = Math.Min(next + window.Blocks - 1, to);
                    var logs = new TaskCompletionSource();
                    asked.Enqueue((logs.Task, Window(next, last, logs, stop.Token)));
                    next = last + 1;
                }

                var first = asked.Peek().Whole;
                if (!first.IsCompleted && next <= to && asked.Count < 2 * inFlight)
                {
                    await Task.WhenAny([first, .. asked.Select(w => w.Logs).Where(logs => !logs.IsCompleted)]);
                    continue;
                }

                yield return await first;
                asked.Dequeue();
            }
        }
        finally
        {
            stop.Cancel();
            await Task.WhenAll(asked.Select(late => late.Whole.ContinueWith(
                t => t.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default)));
        }
    }

    /// <param name="logs">Ends when no logs are asked for any more.</param>
    private async Task<ScannedRange> Window(long from, long to, TaskCompletionSource logs, CancellationToken cancellation)
    {
        try
        {
            return await Window(from, to, () => logs.TrySetResult(), cancellation);
        }
        finally
        {
            logs.TrySetResult();
        }
    }

    private async Task<ScannedRange> Window(long from, long to, Action answered, CancellationToken cancellation)
    {
        WindowRefusal refusal;
        try
        {
            var answer = await scanner.Ask(from, to, cancellation);
            window = window.Answered(to - from + 1);
            var whole = scanner.Complete(answer, cancellation);
            answered();
            return await whole;
        }
        catch (Exception e) when (from < to && QueryLimit.Of(e, from, to) is { } said)
        {
            refusal = said;
        }

        window = window.Refused(to - from + 1, refusal);
        return await InParts(from, to, WindowSize.Part(to - from + 1, refusal), cancellation);
    }

    private async Task<ScannedRange> InParts(long from, long to, long part, CancellationToken cancellation)
    {
        var whole = await Window(from, from + part - 1, () => { }, cancellation);
        for (var next = from + part; next <= to; next += part)
        {
            whole = whole.Join(await Window(next, Math.Min(next + part - 1, to), () => { }, cancellation));
        }

        return whole;
    }
}
