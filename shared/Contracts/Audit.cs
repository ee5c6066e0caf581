namespace Skale.Contracts;

/// <summary>
/// A signed checkpoint of a log: keep it, and nobody can change that log's past without your noticing. Sent about once a second while the log grows; each one
/// says all that the ones before it said, so a lost one is no loss.
/// </summary>
/// <param name="Log">The log's name, such as <c>scheduler</c>.</param>
/// <param name="Size">How many events it covers.</param>
/// <param name="Note">The checkpoint as it was signed (c2sp.org/tlog-checkpoint), byte for byte; <c>skale audit verify --checkpoint</c> reads it from a file.</param>
public sealed record CheckpointSigned(string Log, long Size, string Note, DateTimeOffset At);
