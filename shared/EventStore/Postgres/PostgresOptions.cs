namespace Skale.EventStore;

/// <summary>How a log in PostgreSQL behaves while the server is away.</summary>
public sealed record PostgresOptions
{
    /// <summary>How long an append whose connection broke goes on trying to learn its outcome, and to be stored, before it gives up. 30 s.</summary>
    public TimeSpan OutagePatience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a waiting reader looks while it has no connection that could wake it. 250 ms.</summary>
    public TimeSpan PollEvery { get; init; } = TimeSpan.FromMilliseconds(250);
}

/// <summary>The connection broke during a commit, and the server did not come back in time to tell the outcome. The writer stops.</summary>
public sealed class CommitUnknownException(string log, Exception inner)
    : Exception($"Log '{log}': it is not known whether the last append was stored, because the server has been away for too long ({inner.Message}). Open the log again when it is back; fold it to learn the outcome.", inner);
