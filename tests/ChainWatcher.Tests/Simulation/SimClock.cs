namespace Skale.ChainWatcher.Tests.Simulation;

/// <summary>A clock that stands still until it is told to go to the next timer. Everything happens on the thread that tells it.</summary>
internal sealed class SimClock : TimeProvider
{
    private readonly PriorityQueue<SimTimer, (long At, long Order)> timers = new();
    private long order;
    private DateTimeOffset now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => now;

    public override long GetTimestamp() => now.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SimTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Nobody waits any more: the process is gone.</summary>
    public void Clear() => timers.Clear();

    public void Advance(TimeSpan time) => now += time;

    /// <summary>Goes to the next timer and lets it do its work; false when there is none at or before <paramref name="until"/>.</summary>
    public bool Step(DateTimeOffset until)
    {
        while (timers.TryPeek(out var timer, out var due))
        {
            if (due.At > until.Ticks)
            {
                return false;
            }

            timers.Dequeue();
            if (timer.IsDue(due.Order))
            {
                now = new DateTimeOffset(Math.Max(now.Ticks, due.At), TimeSpan.Zero);
                timer.Fire();
                return true;
            }
        }

        return false;
    }

    private sealed class SimTimer(SimClock clock, TimerCallback callback, object? state) : ITimer
    {
        private long current = -1;

        public bool IsDue(long wanted) => current == wanted;

        public void Fire()
        {
            current = -1;
            callback(state);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Assert.True(period == Timeout.InfiniteTimeSpan || period == TimeSpan.Zero, "Periodic timers are not simulated.");
            current = -1;
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                current = ++clock.order;
                clock.timers.Enqueue(this, (clock.now.Ticks + dueTime.Ticks, current));
            }

            return true;
        }

        public void Dispose() => current = -1;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
