namespace Skale.Hosting;

/// <summary>How a log of this process fares, whatever its state type: what health checks and metrics show; and the call that makes it begin.</summary>
public interface ILogHealth
{
    string Name { get; }

    /// <summary>What keeps the log from its work right now; null when nothing does.</summary>
    string? Trouble { get; }

    /// <summary>Opens the log, or waits for its turn, from now on, and not only when the services of the process are started.</summary>
    void Begin();

    /// <summary>Ends when this process writes the log: until then it waits for the store, or stands by while another process works.</summary>
    Task Active { get; }

    /// <summary>Position of the last committed event; of the last one followed while another process writes.</summary>
    long Position { get; }

    /// <summary>Committed events not yet published.</summary>
    long Unpublished { get; }

    /// <summary>Committed events that no signed checkpoint covers yet; null when the log is not sealed.</summary>
    long? Unsealed { get; }

    /// <summary>Age of the oldest unpublished event.</summary>
    TimeSpan PublishLag { get; }
}
