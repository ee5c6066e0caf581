namespace Skale.EventStore;

/// <summary>One call of Append that waits for its commit.</summary>
internal sealed class PendingAppend(IReadOnlyList<NewEvent> events)
{
    // What comes after an append runs within Answer, see GroupCommit.
    private readonly TaskCompletionSource<long> outcome = new();
    private long position;
    private Exception? refusal;

    public IReadOnlyList<NewEvent> Events => events;

    /// <summary>The position of the last event, once durable.</summary>
    public Task<long> Outcome => outcome.Task;

    public void Succeed(long lastPosition) => position = lastPosition;

    /// <summary>Without effect on one that succeeded or failed already.</summary>
    public void Fail(Exception why) => refusal = position > 0 ? null : refusal ?? why;

    /// <summary>Tells the outcome to who waits for it.</summary>
    public void Answer()
    {
        if (refusal is null)
        {
            outcome.SetResult(position);
        }
        else
        {
            outcome.SetException(refusal);
        }
    }
}
