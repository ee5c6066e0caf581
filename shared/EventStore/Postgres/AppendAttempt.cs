namespace Skale.EventStore;

/// <summary>A group of appends on its way.</summary>
/// <param name="tell">Whether other processes are to hear of it at once.</param>
internal sealed class AppendAttempt(AppendCommand lane, bool tell)
{
    private volatile bool isSettled;

    public AppendCommand Lane => lane;

    public bool Tell => tell;

    /// <summary>What is to be stored; null where the appends of the group contradict each other.</summary>
    public AppendBatch? Batch { get; set; }

    /// <summary>The position behind which its events are to be, when all before it end as they should.</summary>
    public long Base { get; set; }

    public long End => Base + (Batch?.Count ?? 0);

    /// <summary>Whether it may be sent while those before it are on their way: none waits for what another holds, and they were sent too.</summary>
    public bool IsAhead { get; set; }

    /// <summary>One append of the group. The group itself stays what it was: it is what those behind it were planned by.</summary>
    public AppendAttempt Part(AppendBatch batch) => new(lane, tell) { Batch = batch };

    public bool IsSettled
    {
        get => isSettled;
        set => isSettled = value;
    }
}
