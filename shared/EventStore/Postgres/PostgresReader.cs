using System.Runtime.CompilerServices;
using Npgsql;

namespace Skale.EventStore;

/// <summary>
/// Reads committed events page by page, so that a slow consumer holds neither a connection nor a snapshot; the next page comes while one is consumed.
/// </summary>
internal sealed class PostgresReader(NpgsqlDataSource source, string schema)
{
    private const int PageEvents = 2_000;
    /// <summary>What <see cref="Event"/> reads, in its order.</summary>
    public const string Columns = "seq_id, id, stream_id, version, type, data, timestamp, causation_id, correlation_id, headers";

    public const int ColumnCount = 10;

    public async Task<long> Head(CancellationToken cancellation)
    {
        await using var command = source.CreateCommand($"select coalesce(max(seq_id), 0) from {schema}.mt_events");
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    public IAsyncEnumerable<StoredEvent> ReadAll(long afterPosition, CancellationToken cancellation) =>
        Pages($"select {Columns} from {schema}.mt_events where seq_id > $1 order by seq_id limit {PageEvents}", afterPosition, null, e => e.Position, cancellation);

    public IAsyncEnumerable<StoredEvent> ReadStream(string stream, long afterVersion, CancellationToken cancellation) =>
        Pages($"select {Columns} from {schema}.mt_events where version > $1 and stream_id = $2 order by version limit {PageEvents}", afterVersion, stream, e => e.Version, cancellation);

    private async IAsyncEnumerable<StoredEvent> Pages(
        string sql, long after, string? stream, Func<StoredEvent, long> place, [EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var next = Read(sql, after, stream, cancellation); ;)
        {
            var page = await next;
            var last = page.Count < PageEvents;
            next = last ? next : Task.Run(() => Read(sql, place(page[^1]), stream, cancellation), cancellation);
            try
            {
                foreach (var e in page)
                {
                    yield return e;
                }
            }
            finally
            {
                await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // also when the consumer leaves early
            }

            if (last)
            {
                yield break;
            }
        }
    }

    private async Task<List<StoredEvent>> Read(string sql, long after, string? stream, CancellationToken cancellation)
    {
        var page = new List<StoredEvent>(PageEvents);
        await using var command = source.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = after });
        if (stream is not null)
        {
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = stream });
        }

        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            page.Add(Event(row));
        }

        return page;
    }

    public static StoredEvent Event(NpgsqlDataReader row) => new(
        row.GetInt64(0),
        row.GetGuid(1),
        row.GetString(2),
        row.GetInt64(3),
        row.GetString(4),
        row.GetFieldValue<byte[]>(5),
        new DateTimeOffset(row.GetDateTime(6)),
        row.IsDBNull(7) ? null : Guid.Parse(row.GetString(7)),
        row.IsDBNull(8) ? null : Guid.Parse(row.GetString(8)),
        row.IsDBNull(9) ? default : row.GetFieldValue<byte[]>(9));
}
