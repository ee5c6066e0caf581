using System.Diagnostics;

namespace Skale.Servers;

/// <summary>The only way tests wait: bounded, and naming what they wait for.</summary>
public static class Wait
{
    /// <summary>How long what must come is waited for: so long that only what never comes runs out of it, on a machine that is busy with ten other things too.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromMinutes(3);

    /// <summary>Asks again every 20 ms until the condition holds; errors while asking count as "not yet" and are shown when time is up.</summary>
    /// <exception cref="TimeoutException">Names <paramref name="what"/> and the last error.</exception>
    public static async Task Until(string what, Func<Task<bool>> condition, TimeSpan atMost, CancellationToken cancellation = default)
    {
        var clock = Stopwatch.StartNew();
        Exception? last = null;
        while (clock.Elapsed < atMost)
        {
            try
            {
                if (await condition())
                {
                    return;
                }
            }
            catch (Exception e) when (e is not OperationCanceledException || !cancellation.IsCancellationRequested)
            {
                last = e;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), cancellation);
        }

        throw new TimeoutException($"Waited {atMost.TotalSeconds:0.#} s for: {what}.{(last is null ? "" : $" Last error: {last.Message}")}", last);
    }

    /// <summary>As above, for a condition that needs no waiting to ask.</summary>
    public static Task Until(string what, Func<bool> condition, TimeSpan atMost, CancellationToken cancellation = default) =>
        Until(what, () => Task.FromResult(condition()), atMost, cancellation);

    /// <summary>Lets time pass where time itself is the subject: the moment at which something is killed.</summary>
    public static Task For(TimeSpan time, string why) => Task.Delay(time <= TimeSpan.FromSeconds(10) ? time : throw new ArgumentOutOfRangeException(nameof(time), $"{time} for {why} is too long."));
}
