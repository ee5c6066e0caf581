namespace Skale.EventStore;

/// <summary>
/// A log that a process reads until it is its turn to write: several processes may be started for one log, one of them works, and another goes on when it is gone.
/// </summary>
public interface IStandbyLog : IEventLog
{
    /// <summary>Becomes the writer, unless another one is at work. Returns or throws at once; nothing waits in the store.</summary>
    /// <exception cref="LogHeldException">Another one is at work; the message says which. Read on and ask again.</exception>
    Task BeginWriting(CancellationToken cancellation = default);

    /// <summary>
    /// Fails when this writer writes no more: with <see cref="WriterFencedException"/> soon after a newer one has taken over, even if this one appends nothing, and
    /// with <see cref="CommitUnknownException"/>. Never ends otherwise.
    /// </summary>
    Task Ended { get; }
}

/// <summary>Another process is at work as the writer of the log.</summary>
public class LogHeldException(string message, Exception? inner = null) : Exception(message, inner);
