namespace Skale.Ethereum;

/// <summary>Waiting by a given clock.</summary>
public static class ClockDelay
{
    /// <summary>
    /// Ends when the time has passed or when it is cancelled. Other than after <see cref="Task.Delay(TimeSpan, TimeProvider, CancellationToken)"/>, who waits goes on in the
    /// thread that cancels: when the call to cancel returns, what was cancelled has ended, and nothing of it happens beside what comes next.
    /// </summary>
    public static async Task Wait(this TimeProvider clock, TimeSpan time, CancellationToken cancellation)
    {
        var over = new TaskCompletionSource();
        await using var timer = clock.CreateTimer(_ => over.TrySetResult(), null, time, Timeout.InfiniteTimeSpan);
        await using var registration = cancellation.UnsafeRegister(_ => over.TrySetCanceled(cancellation), null);
        await over.Task;
    }
}
