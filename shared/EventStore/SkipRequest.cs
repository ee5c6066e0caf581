namespace Skale.EventStore;

/// <summary>
/// An operator's request that the relay pass over one event that cannot be published. It is kept beside the log, since only the running service may append;
/// the service records that it followed it.
/// </summary>
/// <param name="Position">Of the event.</param>
/// <param name="By">Who asks.</param>
public sealed record SkipRequest(long Position, string Reason, string By, DateTimeOffset At);

/// <summary>Where requests to skip are left for the service that writes a log. Every log of a store of ours has it.</summary>
public interface ISkipRequests
{
    /// <summary>Leaves a request durably; one for the same position that is there already stays as it is.</summary>
    /// <exception cref="ArgumentException">No position, reason or name.</exception>
    Task RequestSkip(SkipRequest request, CancellationToken cancellation = default);

    /// <summary>The requests for positions behind one, in order.</summary>
    Task<IReadOnlyList<SkipRequest>> ReadSkipRequests(long afterPosition = 0, CancellationToken cancellation = default);
}

/// <summary>An operator had the relay pass over an event that could not be published: nobody outside has heard of it.</summary>
/// <param name="Position">Of the event.</param>
/// <param name="Type">Of the event, as stored.</param>
public sealed record RelaySkipped(long Position, string Type, string Reason, string By, DateTimeOffset At)
{
    /// <summary>Its stored name.</summary>
    public const string Alias = "relay_skipped";

    /// <summary>The stream it stands in, in every log.</summary>
    public const string Stream = "relay";
}
