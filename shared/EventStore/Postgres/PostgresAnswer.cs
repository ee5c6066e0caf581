using Npgsql;

namespace Skale.EventStore;

/// <summary>What an error of the server means for an append.</summary>
internal static class PostgresAnswer
{
    /// <summary>The refusal that the functions of the schema tell by their codes; null when it is none.</summary>
    public static Exception? Refusal(string log, long epoch, PostgresException e, AppendBatch batch)
    {
        switch (e.SqlState, e.Detail)
        {
            case ("SK001", { } newer):
                return new WriterFencedException(log, epoch, long.Parse(newer));
            case ("SK002", { } detail):
                var space = detail.IndexOf(' ', StringComparison.Ordinal);
                var stream = detail[(space + 1)..];
                return new VersionConflictException(log, stream, batch.Expected[batch.Keys.IndexOf(stream)], long.Parse(detail.AsSpan(0, space)));
            case ("SK003", { } id):
                return new DuplicateEventException(log, Guid.Parse(id));
            case (PostgresErrorCodes.UniqueViolation, { } key) when e.TableName == "skale_digests" && key.Split('(', ')') is [_, _, _, var id, ..]:
                return new DuplicateEventException(log, Guid.Parse(id));
            default:
                return null;
        }
    }

    /// <summary>True when the transaction was undone only because it and a writer that is being fenced waited for each other.</summary>
    public static bool IsDeadlock(PostgresException e) => e.SqlState == PostgresErrorCodes.DeadlockDetected;

    /// <summary>True when the server may have gone without telling the outcome; false when it answered, and rolled back.</summary>
    public static bool IsOutage(NpgsqlException e) =>
        e is not PostgresException answer || answer.SqlState.StartsWith("08", StringComparison.Ordinal) || answer.SqlState.StartsWith("57P", StringComparison.Ordinal);
}
