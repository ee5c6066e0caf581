namespace Skale.NodeAgent.Tests;

/// <summary>A machine's clock that somebody puts forward and back, or on which everything goes faster, pauses too.</summary>
/// <param name="pace">Seconds in a second.</param>
internal sealed class TestClock(int pace = 1) : TimeProvider
{
    private readonly DateTimeOffset began = System.GetUtcNow();
    private readonly long at = System.GetTimestamp();
    private long jumped;

    public override long TimestampFrequency => System.TimestampFrequency;

    public void Jump(TimeSpan by) => Interlocked.Add(ref jumped, by.Ticks);

    public override DateTimeOffset GetUtcNow() => began + (System.GetElapsedTime(at) * pace) + TimeSpan.FromTicks(Interlocked.Read(ref jumped));

    public override long GetTimestamp() => at + ((System.GetTimestamp() - at) * pace);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => System.CreateTimer(callback, state, Sooner(dueTime), Sooner(period));

    private TimeSpan Sooner(TimeSpan time) => time <= TimeSpan.Zero ? time : time / pace;
}
