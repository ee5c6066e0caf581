namespace Skale.EventStore;

/// <summary>Wakes everyone who waits for the next commit. Take <see cref="Next"/> before looking at the head, then nothing is missed.</summary>
internal sealed class AppendSignal
{
    private TaskCompletionSource news = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Next => Volatile.Read(ref news).Task;

    public void Raise() => Interlocked.Exchange(ref news, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    /// <summary>Waits for the task or the time, whichever is first.</summary>
    public static async Task Wait(Task news, TimeSpan atMost, CancellationToken cancellation)
    {
        await news.WaitAsync(atMost, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellation.ThrowIfCancellationRequested();
    }
}
