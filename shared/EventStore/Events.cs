namespace Skale.EventStore;

/// <summary>An event to append.</summary>
/// <param name="Id">Deterministic (see <see cref="EventId"/>) and unique in the log.</param>
/// <param name="Stream">Readable stream key, such as <c>chain-alpha</c>.</param>
/// <param name="Version">The event's place in its stream, from 1.</param>
/// <param name="Type">The chosen alias: snake_case, as Marten derives it from the class name.</param>
/// <param name="Data">One UTF-8 JSON object with PascalCase members.</param>
/// <param name="At">When it happened; UTC, whole microseconds.</param>
/// <param name="CausationId">The id of the event or message that caused it.</param>
/// <param name="CorrelationId">What it belongs to across services: the id of the first cause.</param>
/// <param name="Headers">Further metadata, one UTF-8 JSON object; empty for none.</param>
public sealed record NewEvent(
    Guid Id, string Stream, long Version, string Type, ReadOnlyMemory<byte> Data, DateTimeOffset At, Guid? CausationId = null, Guid? CorrelationId = null,
    ReadOnlyMemory<byte> Headers = default);

/// <summary>A committed event.</summary>
/// <param name="Position">Global place in the log, rising in commit order, from 1.</param>
public sealed record StoredEvent(
    long Position, Guid Id, string Stream, long Version, string Type, ReadOnlyMemory<byte> Data, DateTimeOffset At, Guid? CausationId, Guid? CorrelationId,
    ReadOnlyMemory<byte> Headers = default);

/// <summary>A stream is not at the version the new events build on. Nothing was written.</summary>
public sealed class VersionConflictException(string log, string stream, long expected, long actual)
    : Exception($"Log '{log}': stream '{stream}' is at version {actual}, not at {expected} as the append expects. Nothing was written; fold the log again and decide anew.");

/// <summary>An event id is stored already. Nothing was written.</summary>
public sealed class DuplicateEventException(string log, Guid id)
    : Exception($"Log '{log}': event {id} is already stored. Nothing was written; look the event up instead of appending it again.");

/// <summary>A newer writer owns the log.</summary>
public sealed class WriterFencedException(string log, long epoch, long newer)
    : Exception($"Log '{log}': this writer (epoch {epoch}) is fenced by a newer one (epoch {newer}) and must stop.");
