namespace Skale.EventStore;

/// <summary>One call of Append that waits for its commit.</summary>
internal sealed class PendingAppend(IReadOnlyList<NewEvent> events)
{
    private readonly TaskCompletionSource<long> outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<NewEvent> Events => events;

    /// <summary>The position of the last event, once durable.</summary>
    public Task<long> Outcome => outcome.Task;

    public void Succeed(long position) => outcome.TrySetResult(position);

    public void Fail(Exception why) => outcome.TrySetException(why);
}
