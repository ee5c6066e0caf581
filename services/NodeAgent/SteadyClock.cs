namespace Skale.NodeAgent;

/// <summary>
/// Time that goes at its pace whatever is done to the machine's clock: with one that was put back by an hour, a chain would wait an hour longer to be looked at or started again. For what is waited; what
/// is recorded has the clock's time.
/// </summary>
internal sealed class SteadyClock(TimeProvider clock) : TimeProvider
{
    private readonly DateTimeOffset began = clock.GetUtcNow();
    private readonly long at = clock.GetTimestamp();

    public override long TimestampFrequency => clock.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => began + clock.GetElapsedTime(at);

    public override long GetTimestamp() => clock.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => clock.CreateTimer(callback, state, dueTime, period);
}
